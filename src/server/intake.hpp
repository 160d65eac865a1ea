// A recording that comes in with a request, and the fields beside it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/exchange.hpp"
#include "server/job.hpp"
#include "server/service.hpp"
#include "server/uploads.hpp"

namespace diarist::server {

/// A place in the queue, held while an upload comes. Throws Problem{429} where there is none.
class QueuePlace {
 public:
  explicit QueuePlace(Service& service);
  ~QueuePlace() { --service_.uploads_coming; }
  QueuePlace(const QueuePlace&) = delete;
  QueuePlace& operator=(const QueuePlace&) = delete;

 private:
  Service& service_;
};

struct Intake {
  std::string id;                  ///< Of the job to be.
  std::unique_ptr<Upload> upload;  ///< All of it is there; not kept yet.
  std::string file;                ///< Its name as the client has it; may be empty.
  std::string type;                ///< Media type.
  std::vector<std::pair<std::string, std::string>> fields;  ///< Of a form, in its order.
};

/// Reads the body: the recording itself, or multipart/form-data with it as `audio`. Throws Problem.
Intake take_in(Service& service, Exchange& exchange);

/// Keeps the upload and adds the job.
Job add_job(Service& service, Intake& intake, Job job);

/// 202, with where the job is.
void respond_with_job(Service& service, Exchange& exchange, const Job& job);

}  // namespace diarist::server
