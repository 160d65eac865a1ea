#include "audio/ffmpeg_source.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include "diarist/error.hpp"

#include "audio/audio_error.hpp"
#include "audio/child_process.hpp"

namespace diarist::audio {
namespace {

// AU is what comes back: its fixed header tells rate and channels, and its length may be left open.
constexpr std::size_t kAuHeaderBytes = 24;
constexpr std::uint32_t kAuFloat = 6;
constexpr std::size_t kSampleBytes = sizeof(float);

// What a recording may be: containers and streams whose sound is in the file itself. Playlists
// (hls, dash, concat, imf, image2, sdp, webm_dash_manifest) name other files, which ffmpeg would
// open for whoever sent one; devices, lavfi and what draws text are no recordings. Of `ffmpeg
// -demuxers`; names that an ffmpeg does not know do no harm.
constexpr const char* kContainers =
    // Films, broadcasts, and what telephones and meetings are kept in.
    "mov,matroska,webm,avi,asf,asf_o,flv,live_flv,kux,mpeg,mpegts,mpegtsraw,mxf,gxf,dv,nut,nuv,wtv,"
    "rm,ivr,swf,pva,pmp,ty,"
    // Sound with a header.
    "wav,w64,aiff,au,caf,iff,dsf,wsd,voc,sox,nistsphere,ircam,avr,ogg,flac,mp3,aac,amr,amrnb,amrwb,"
    "ape,tak,tta,wv,shn,mpc,mpc8,xwma,mmf,oma,aea,aa,act,qcp,dss,sds,vqf,ast,adx,aax,hca,codec2,"
    // Streams of frames.
    "ac3,eac3,dts,dtshd,truehd,mlp,loas,spdif,sbc,gsm,g729,bit,aptx,aptx_hd";
// What libavformat says of any other, before the whole list.
constexpr std::string_view kNotListed = "Format not on whitelist";

std::vector<std::string> command_line(const std::string& program) {
  return {program,
          // Never asks, tells errors only, and stops at the first one: what follows damage is not
          // passed off as the recording.
          "-nostdin", "-hide_banner", "-v", "error", "-xerror",
          // Opened anew from our descriptor, where it can seek (an m4a's index may be at its end).
          "-protocol_whitelist", "file", "-format_whitelist", kContainers, "-i", "file:/dev/fd/0",
          // The first audio track, and nothing else of the file.
          "-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1",
          // At its own rate, with all its channels.
          "-c:a", "pcm_f32be", "-f", "au", "pipe:1"};
}

bool is_file(const std::string& input, const LiveAudioOptions& options) {
  std::error_code error;
  return options.device.empty() && std::filesystem::exists(input, error);
}

std::vector<std::string> live_command_line(const std::string& program, const std::string& input,
                                           const LiveAudioOptions& options) {
  std::vector<std::string> words{program, "-nostdin", "-hide_banner", "-v", "error"};
  if (options.realtime) words.emplace_back("-re");
  if (!options.device.empty()) words.insert(words.end(), {"-f", options.device});
  // Without "file:" a colon in a file's name would make a protocol of what is before it.
  words.insert(words.end(), {"-i", is_file(input, options) ? "file:" + input : input});
  // Flushed: sound is handed on as it comes.
  words.insert(words.end(), {"-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-c:a",
                             "pcm_f32be", "-flush_packets", "1", "-f", "au", "pipe:1"});
  return words;
}

std::uint32_t big_endian(const std::byte* at) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | std::to_integer<std::uint32_t>(at[i]);
  return value;
}

std::string on_one_line(std::string text, const std::string& subject) {
  // ffmpeg knows the recording by our descriptor, which would only puzzle; what is live it knows by
  // its name, which is said already.
  for (const std::string& alias :
       {std::string("file:/dev/fd/0: "), "file:" + subject + ": ", subject + ": "}) {
    for (std::size_t at = text.find(alias); at != std::string::npos; at = text.find(alias)) {
      text.erase(at, alias.size());
    }
  }
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// What libraries below ffmpeg say on their way to its own words is for those who wrote them, as are
// the addresses in "[alsa @ 0x55d5c0ffee00] ".
std::string without_asides(const std::string& complaints) {
  std::string kept;
  std::istringstream lines(complaints);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("ALSA lib ")) continue;
    const std::size_t at = line.find(" @ 0x");
    const std::size_t end = line.find("] ");
    if (line.starts_with('[') && at < end && end != std::string::npos) line.erase(0, end + 2);
    kept += (kept.empty() ? "" : "\n") + line;
  }
  return kept;
}

std::string how_it_ended(std::optional<int> exit_code) {
  return exit_code ? "ended with code " + std::to_string(*exit_code) : "ended";
}

void stop_if_stopped(const ChildProcess& child, const std::string& subject) {
  if (child.stopped()) throw Error(ErrorCode::cancelled, subject, "was stopped before it began");
}

class FfmpegSource : public Source {
 public:
  FfmpegSource(std::string subject, bool live, std::unique_ptr<ChildProcess> child,
               int sample_rate_hz, int channels)
      : subject_(std::move(subject)),
        live_(live),
        child_(std::move(child)),
        sample_rate_hz_(sample_rate_hz),
        channels_(channels) {}

  int sample_rate_hz() const override { return sample_rate_hz_; }
  int channels() const override { return channels_; }
  std::optional<std::int64_t> expected_frames() const override { return std::nullopt; }

  std::size_t read(std::span<float> interleaved) override {
    const std::size_t got = child_->read(std::as_writable_bytes(interleaved));
    for (float& sample : interleaved.first(got / kSampleBytes)) {
      std::array<std::byte, kSampleBytes> raw;
      std::memcpy(raw.data(), &sample, kSampleBytes);
      sample = std::bit_cast<float>(big_endian(raw.data()));
    }
    const std::size_t frames = got / kSampleBytes / static_cast<std::size_t>(channels_);
    decoded_ += static_cast<std::int64_t>(frames);
    if (got < interleaved.size_bytes() && !child_->stopped()) check_ended_well();
    return frames;
  }

 private:
  void check_ended_well() {
    const std::optional<int> exit_code = child_->wait();
    if (exit_code == 0 || child_->stopped()) return;
    std::string words = on_one_line(child_->complaints(), subject_);
    if (!exit_code && words.empty()) return;  // it tells errors only, and told none
    words = words.empty() ? "ffmpeg " + how_it_ended(exit_code) : "ffmpeg says: " + words;
    const double decoded_s = static_cast<double>(decoded_) / static_cast<double>(sample_rate_hz_);
    if (!live_) throw damaged(subject_, decoded_s, std::nullopt, words);
    throw Error(ErrorCode::corrupt_audio, subject_,
                "broke off after " + in_seconds(decoded_s) + " (" + words + ")");
  }

  std::string subject_;
  bool live_;
  std::unique_ptr<ChildProcess> child_;
  int sample_rate_hz_;
  int channels_;
  std::int64_t decoded_ = 0;
};

// What an ffmpeg that was started gives: the AU header, then samples.
FfmpegAttempt attempt(const std::string& subject, bool live, std::unique_ptr<ChildProcess> child) {
  std::array<std::byte, kAuHeaderBytes> header{};
  const std::size_t got = child->read(header);
  stop_if_stopped(*child, subject);
  if (got < header.size()) {
    const std::optional<int> exit_code = child->wait();
    stop_if_stopped(*child, subject);
    const std::string said = child->complaints();
    std::string words = on_one_line(live ? without_asides(said) : said, subject);
    if (words.empty()) words = "it " + how_it_ended(exit_code);
    return {nullptr, true, std::move(words)};
  }
  const std::uint32_t begin = big_endian(&header[4]);
  const std::uint32_t encoding = big_endian(&header[12]);
  const std::uint32_t rate_hz = big_endian(&header[16]);
  const std::uint32_t channels = big_endian(&header[20]);
  constexpr std::uint32_t kMaxAuHeader = 1 << 20;
  if (std::memcmp(header.data(), ".snd", 4) != 0 || encoding != kAuFloat ||
      begin < kAuHeaderBytes || begin > kMaxAuHeader) {
    return {nullptr, true, "its output is not what was asked for; is the program ffmpeg?"};
  }
  check_layout(subject, channels, rate_hz);
  std::vector<std::byte> annotation(begin - kAuHeaderBytes);
  child->read(annotation);
  stop_if_stopped(*child, subject);
  return {std::make_unique<FfmpegSource>(subject, live, std::move(child), static_cast<int>(rate_hz),
                                         static_cast<int>(channels)),
          true,
          {}};
}

}  // namespace

FfmpegAttempt open_with_ffmpeg(const InputFile& file, const std::string& program) {
  std::unique_ptr<ChildProcess> child =
      ChildProcess::start(command_line(program), file.descriptor());
  if (!child) return {nullptr, false, program + " is not installed"};
  FfmpegAttempt made = attempt(file.subject(), false, std::move(child));
  if (made.reason.find(kNotListed) != std::string::npos) {
    made.reason =
        "its format is none of those that are taken: it has no sound, or names other files, as a "
        "playlist does";
  }
  return made;
}

FfmpegAttempt open_live_with_ffmpeg(const std::string& input, const LiveAudioOptions& options,
                                    const std::string& program) {
  std::unique_ptr<ChildProcess> child =
      ChildProcess::start(live_command_line(program, input, options), STDIN_FILENO);
  if (!child) return {nullptr, false, program + " is not installed"};
  child->heed(options.stop);
  const bool answered = child->wait_for_output(options.timeout_s);
  stop_if_stopped(*child, input);
  if (!answered) {
    std::ostringstream reason;
    reason << "no sound within " << options.timeout_s << " s";
    return {nullptr, true, std::move(reason).str()};
  }
  return attempt(input, true, std::move(child));
}

}  // namespace diarist::audio
