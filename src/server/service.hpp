// What all routes share: the state of the one server.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <mutex>
#include <string>

#include "diarist/diarizer.hpp"

#include "server/job_runner.hpp"
#include "server/job_store.hpp"
#include "server/known_voices.hpp"
#include "server/metrics.hpp"
#include "server/same_site.hpp"
#include "server/server.hpp"
#include "server/stop_signal.hpp"
#include "server/tokens.hpp"
#include "server/uploads.hpp"

namespace diarist::server {

struct Service {
  Service(const ServerOptions& options, const Diarizer& diarizer, const LogSink& log,
          bool loopback);

  const Limits& limits;
  const Diarizer& diarizer;
  const LogSink& log;
  StopSignal stop;
  Metrics metrics;
  Tokens tokens;
  HostNames hosts;
  Uploads uploads;
  JobStore store;
  KnownVoices voices;
  boost::asio::io_context context;  ///< Never run: Beast wants an executor.
  std::atomic<int> uploads_coming{0};
  std::mutex naming;  ///< Held while a result is read, changed and put back.
  JobRunner runner;   ///< Last: its end needs the rest.
};

}  // namespace diarist::server
