// Jobs as clients see them: JSON.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <nlohmann/json.hpp>

#include "diarist/diarization.hpp"
#include "diarist/run.hpp"
#include "diarist/speaker_store.hpp"

#include "server/service.hpp"

namespace diarist::server {

/// #/components/schemas/Job of openapi.json.
nlohmann::ordered_json job_json(Service& service, const Job& job);

/// #/components/schemas/Speech: where somebody speaks in a job's recording: stretches, of which the
/// first has that number.
nlohmann::ordered_json speech_json(const Job& job, std::size_t first,
                                   std::span<const SpeechStretch> stretches);
/// #/components/schemas/Voice.
nlohmann::ordered_json voice_json(const KnownVoice& voice);
/// On one line; bytes that are no UTF-8 become U+FFFD.
std::string text_of(const nlohmann::ordered_json& json);

/// The job of that id. Throws Problem{404}.
Job existing_job(Service& service, const std::string& id);
/// The result of a job that has succeeded, as it was stored: a document of diarist.diarization.
/// Throws Problem{409}.
std::string existing_document(Service& service, const Job& job);
/// The same as a value.
Diarization result_of(const Job& job, const std::string& document);

}  // namespace diarist::server
