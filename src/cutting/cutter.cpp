#include "cutting/cutter.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "diarist/error.hpp"

#include "audio/audio_error.hpp"
#include "base/cancellation.hpp"
#include "cutting/output_format.hpp"

namespace diarist::cutting {
namespace {

/// Samples of all channels that are read at once: half a megabyte or so.
constexpr std::size_t kBlockSamples = std::size_t{1} << 16;

/// A file that is being written.
struct Open {
  PlannedFile* file;
  std::size_t piece = 0;  ///< The next one to be completed.
  std::unique_ptr<audio::SampleWriter> writer;
};

class Cutter {
 public:
  Cutter(audio::Recording& recording, const CutSettings& settings, const StagedFolder& folder)
      : source_(*recording.source),
        subject_(recording.subject),
        settings_(settings),
        folder_(folder),
        converter_(source_.stored().coding, settings.format.stored.coding),
        channels_(static_cast<std::size_t>(source_.channels())),
        sample_(audio::sample_bytes(source_.stored().coding)),
        block_frames_(std::max<std::size_t>(1, kBlockSamples / channels_)),
        block_(block_frames_ * channels_ * sample_) {}

  void run(std::vector<PlannedFile>& files, const CancellationToken& cancellation,
           const std::function<void(std::int64_t)>& progress) {
    // Files are in the order of their first pieces; they are taken from the back.
    for (std::size_t i = files.size(); i > 0; --i) waiting_.push_back(&files[i - 1]);
    while (!waiting_.empty() || !open_.empty()) {
      stop_if_cancelled(cancellation);
      const std::size_t frames = source_.read_stored(block_);
      const std::int64_t end = done_ + static_cast<std::int64_t>(frames);
      while (!waiting_.empty() && waiting_.back()->pieces.front().first < end) {
        open_.push_back({waiting_.back(), 0, nullptr});
        waiting_.pop_back();
      }
      for (Open& open : open_) take(open, end);
      if (frames < block_frames_) end_early(end);
      std::erase_if(open_, [](const Open& open) { return open.piece == open.file->pieces.size(); });
      done_ = end;
      progress(done_);
    }
  }

 private:
  double seconds(std::int64_t samples) const {
    return static_cast<double>(samples) / source_.sample_rate_hz();
  }

  /// What the block, which ends at sample `end`, holds of a file.
  void take(Open& open, std::int64_t end) {
    std::vector<Piece>& pieces = open.file->pieces;
    for (; open.piece < pieces.size() && pieces[open.piece].first < end; ++open.piece) {
      const Piece& piece = pieces[open.piece];
      if (piece.first >= done_) begin(open);
      write(open, piece, std::max(piece.first, done_), std::min(piece.end, end));
      if (piece.end > end) return;
    }
    if (open.piece == pieces.size()) open.writer->finish();
  }

  void begin(Open& open) const {
    if (open.writer) {
      open.writer->write_silence(settings_.gap);
      return;
    }
    audio::WrittenFormat format = settings_.format;
    for (const Piece& piece : open.file->pieces) format.frames += piece.end - piece.first;
    const auto gaps = static_cast<std::int64_t>(open.file->pieces.size() - 1);
    format.frames += gaps * settings_.gap;
    open.writer = std::make_unique<audio::SampleWriter>(
        folder_.place() / open.file->name, folder_.target_of(open.file->name).string(), format);
  }

  void write(Open& open, const Piece& piece, std::int64_t first, std::int64_t end) {
    if (first >= end) return;
    const std::size_t frame = channels_ * sample_;
    const auto offset = static_cast<std::size_t>(first - done_);
    const auto frames = static_cast<std::size_t>(end - first);
    std::span<const std::byte> samples = std::span(block_).subspan(offset * frame, frames * frame);
    if (piece.channel > 0) samples = one_channel(samples, piece.channel);
    if (!converter_.copies()) samples = converted(samples, piece, first);
    open.writer->write(samples);
  }

  std::span<const std::byte> one_channel(std::span<const std::byte> frames, int channel) {
    const std::size_t frame = channels_ * sample_;
    const std::size_t count = frames.size() / frame;
    picked_.resize(count * sample_);
    const std::byte* from = frames.data() + static_cast<std::size_t>(channel - 1) * sample_;
    for (std::size_t i = 0; i < count; ++i) {
      std::memcpy(picked_.data() + i * sample_, from + i * frame, sample_);
    }
    return picked_;
  }

  std::span<const std::byte> converted(std::span<const std::byte> samples, const Piece& piece,
                                       std::int64_t first) {
    const std::size_t written = audio::sample_bytes(settings_.format.stored.coding);
    converted_.resize(samples.size() / sample_ * written);
    const auto bad = converter_.convert(samples, converted_);
    if (!bad) return converted_;
    const std::size_t channels = piece.channel > 0 ? 1 : channels_;
    throw Error(ErrorCode::corrupt_audio, subject_,
                "has a sample that is not finite at " +
                    audio::in_seconds(seconds(first + static_cast<std::int64_t>(*bad / channels))),
                "repair it in an editor, or leave the samples as they are stored");
  }

  /// The recording ended at sample `end`.
  void end_early(std::int64_t end) {
    for (const Open& open : open_) {
      if (open.piece == open.file->pieces.size()) continue;
      const bool last = open.piece + 1 == open.file->pieces.size();
      const Piece& piece = open.file->pieces[open.piece];
      if (!last || piece.first >= end) refuse_end(end, open.file->pieces.back());
    }
    if (!waiting_.empty()) refuse_end(end, waiting_.front()->pieces.back());
    for (Open& open : open_) {
      if (open.piece == open.file->pieces.size()) continue;
      Piece& piece = open.file->pieces[open.piece++];
      piece.after = std::max<std::int64_t>(0, piece.after - (piece.end - end));
      piece.end = end;
      open.writer->finish();
    }
  }

  [[noreturn]] void refuse_end(std::int64_t end, const Piece& piece) const {
    throw Error(ErrorCode::corrupt_audio, subject_,
                "ends at " + audio::in_seconds(seconds(end)) + ", before a piece that begins at " +
                    audio::in_seconds(seconds(piece.first)),
                "its header says more: copy it again from where it came");
  }

  audio::Source& source_;
  const std::string& subject_;
  const CutSettings& settings_;
  const StagedFolder& folder_;
  const SampleConverter converter_;
  const std::size_t channels_;
  const std::size_t sample_;  ///< Bytes.
  const std::size_t block_frames_;
  std::vector<std::byte> block_;  ///< Of frames from done_ on.
  std::vector<std::byte> picked_;
  std::vector<std::byte> converted_;
  std::vector<PlannedFile*> waiting_;  ///< The first one last.
  std::vector<Open> open_;
  std::int64_t done_ = 0;
};

}  // namespace

void cut(audio::Recording& recording, std::vector<PlannedFile>& files, const CutSettings& settings,
         const StagedFolder& folder, const CancellationToken& cancellation,
         const std::function<void(std::int64_t)>& progress) {
  Cutter(recording, settings, folder).run(files, cancellation, progress);
}

}  // namespace diarist::cutting
