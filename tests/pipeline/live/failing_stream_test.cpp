// Streams whose calls fail in the middle: by what names their speakers, and by memory that is not
// there.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <set>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "diarist/error.hpp"
#include "diarist/formats.hpp"
#include "diarist/stream.hpp"

#include "nets/counted_allocations.hpp"
#include "pipeline/recording.hpp"
#include "testing/shared.hpp"

namespace diarist {
namespace {

std::string text_of(const Diarization& diarization) {
  std::ostringstream out;
  write(out, diarization, FileFormat::json);
  return std::move(out).str();
}

std::string text_of(const std::vector<StreamEvent>& events) {
  std::ostringstream out;
  for (const StreamEvent& event : events) {
    out << to_string(event.kind) << ' ' << event.clock_s << ' ' << event.turn << ' '
        << event.start_s << ' ' << event.end_s << ' ' << event.name << '\n';
  }
  return std::move(out).str();
}

void append(std::vector<StreamEvent>& events, const std::vector<StreamEvent>& fresh) {
  events.insert(events.end(), fresh.begin(), fresh.end());
}

/// Calls nobody anything; fails where it is told to.
class FailingNamer : public SpeakerNamer {
 public:
  std::vector<Name> name(std::span<const HeardSpeaker> /*heard*/) override {
    threads.insert(std::this_thread::get_id());
    ++calls;
    if (calls == fails_at) throw std::runtime_error("no names now");
    return {};
  }
  void name(Diarization& diarization) override {
    for (Speaker& speaker : diarization.speakers) {
      speaker.name += " (named)";
      if (ends++ == 0 && fails_at_end) throw std::runtime_error("no names now");
    }
  }

  int fails_at = -1;
  bool fails_at_end = false;
  int calls = 0;
  int ends = 0;
  std::set<std::thread::id> threads;
};

class FailingStream : public ::testing::Test {
 protected:
  static StreamOptions options_with(std::shared_ptr<SpeakerNamer> namer) {
    StreamOptions options;
    options.names = std::move(namer);
    return options;
  }
  const Diarizer diarizer_{Model::builtin(), {.threads = 2}};
};

TEST_F(FailingStream, IsNamedByTheThreadThatCallsIt) {
  const auto namer = std::make_shared<FailingNamer>();
  Stream stream(diarizer_, options_with(namer));
  stream.push(testing::spoken_samples());
  stream.finish();
  ASSERT_GT(namer->calls, 1);
  EXPECT_EQ(namer->threads, std::set<std::thread::id>{std::this_thread::get_id()});
}

TEST_F(FailingStream, LosesNothingByANamerThatThrows) {
  const auto steady = std::make_shared<FailingNamer>();
  Stream whole(diarizer_, options_with(steady));
  std::vector<StreamEvent> expected = whole.push(testing::spoken_samples());
  const Stream::End end = whole.finish();
  append(expected, end.events);
  ASSERT_GT(expected.size(), 2U);

  for (const int fails_at : {1, (steady->calls + 1) / 2, steady->calls}) {
    const auto namer = std::make_shared<FailingNamer>();
    namer->fails_at = fails_at;
    Stream stream(diarizer_, options_with(namer));
    int failures = 0;
    std::vector<StreamEvent> events;
    const std::size_t block = 16000;
    for (std::size_t at = 0; at < testing::spoken_samples().size(); at += block) {
      try {
        append(events, stream.push(testing::spoken_samples().subspan(at, block)));
      } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "no names now");
        ++failures;
      }
    }
    Stream::End other;
    try {
      other = stream.finish();
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(), "no names now");
      ++failures;
      EXPECT_THROW(stream.push(testing::spoken_samples()), Error) << "it has ended, but for names";
      other = stream.finish();
    }
    append(events, other.events);
    EXPECT_EQ(failures, 1);
    EXPECT_EQ(text_of(events), text_of(expected)) << "where call " << fails_at << " fails";
    EXPECT_EQ(text_of(other.diarization), text_of(end.diarization));
  }
}

TEST_F(FailingStream, NamesTheEndOnceAlsoAfterAFailure) {
  const auto namer = std::make_shared<FailingNamer>();
  namer->fails_at_end = true;
  Stream stream(diarizer_, options_with(namer));
  stream.push(testing::spoken_samples());
  EXPECT_THROW(stream.finish(), std::runtime_error);
  const Stream::End end = stream.finish();
  ASSERT_FALSE(end.diarization.speakers.empty());
  for (const Speaker& speaker : end.diarization.speakers) {
    EXPECT_EQ(speaker.name.find(" (named)"), speaker.name.rfind(" (named)")) << speaker.name;
  }
  EXPECT_THROW(stream.finish(), Error);
}

TEST_F(FailingStream, IsRefusedOnceItLackedMemory) {
  const std::span<const float> second = testing::spoken_samples().first(16000);
  {
    Stream warm(diarizer_);
    warm.push(second);  // what is made once and kept is there
  }
  int refused = 0;
  for (const std::int64_t after : {0, 3, 10, 30}) {
    Stream stream(diarizer_);
    bool failed = false;
    testing::fail_allocation(after);
    try {
      stream.push(second);
    } catch (const std::bad_alloc&) {
      failed = true;
    }
    testing::fail_allocation({});
    if (!failed) continue;
    ++refused;
    for (int again = 0; again < 2; ++again) {
      try {
        stream.push(second);
        ADD_FAILURE() << "goes on after a call that failed at allocation " << after;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::invalid_argument);
        EXPECT_NE(error.problem().find("failed"), std::string::npos) << error.what();
      }
    }
    EXPECT_THROW(stream.finish(), Error);
    EXPECT_THROW(stream.speakers(), Error);
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace diarist
