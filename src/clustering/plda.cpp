#include "clustering/plda.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>

#include "diarist/error.hpp"

#include "model/architecture.hpp"

namespace diarist::clustering {
namespace {

Eigen::RowVectorXd read_vector(const model::Pack& pack, const char* tensor, Eigen::Index size) {
  const std::vector<double> values = pack.doubles(tensor, {static_cast<std::int64_t>(size)});
  return Eigen::Map<const Eigen::RowVectorXd>(values.data(), size);
}

RowMatrix read_matrix(const model::Pack& pack, const char* tensor, Eigen::Index rows,
                      Eigen::Index cols) {
  const std::vector<double> values =
      pack.doubles(tensor, {static_cast<std::int64_t>(rows), static_cast<std::int64_t>(cols)});
  return Eigen::Map<const RowMatrix>(values.data(), rows, cols);
}

RowMatrix read_reduction(const model::Pack& pack) {
  const model::PldaArchitecture sizes = model::architecture_of(pack).plda;
  return read_matrix(pack, "plda.lda", sizes.embedding, sizes.features);
}

}  // namespace

void normalise_rows(RowMatrix& rows) {
  for (Eigen::Index i = 0; i < rows.rows(); ++i) {
    const double length = rows.row(i).norm();
    if (length > 0) rows.row(i) /= length;
  }
}

Plda::Plda(const model::Pack& pack)
    : reduction_(read_reduction(pack)),
      embedding_mean_(read_vector(pack, "plda.mean1", dimensions())),
      reduced_mean_(read_vector(pack, "plda.mean2", feature_count())),
      feature_mean_(read_vector(pack, "plda.mu", feature_count())) {
  const Eigen::MatrixXd tr = read_matrix(pack, "plda.tr", feature_count(), feature_count());
  const Eigen::VectorXd psi = read_vector(pack, "plda.psi", feature_count()).transpose();
  const auto refuse = [&](const char* tensor, const char* problem) {
    throw Error(ErrorCode::corrupt_model, pack.name(),
                std::string("tensor '") + tensor + "' " + problem, "take a sound model pack");
  };
  if (psi.minCoeff() <= 0) refuse("plda.psi", "has a variance that is not positive");
  const Eigen::FullPivLU<Eigen::MatrixXd> decomposition(tr);
  if (!decomposition.isInvertible()) refuse("plda.tr", "cannot be inverted");

  const Eigen::MatrixXd within = (tr.transpose() * tr).inverse();
  const Eigen::MatrixXd between = (tr.transpose() * psi.cwiseInverse().asDiagonal() * tr).inverse();
  const Eigen::GeneralizedSelfAdjointEigenSolver<Eigen::MatrixXd> solver(between, within);
  if (solver.info() != Eigen::Success || !solver.eigenvectors().allFinite() ||
      solver.eigenvalues()[0] <= 0) {
    refuse("plda.tr", "gives covariances that are not positive definite");
  }
  // Eigen sorts upwards.
  between_ = solver.eigenvalues().reverse();
  transform_ = solver.eigenvectors().rowwise().reverse();
  // A solver may give either sign: one of ours, so that features may be kept and read elsewhere.
  for (Eigen::Index i = 0; i < transform_.cols(); ++i) {
    Eigen::Index largest = 0;
    transform_.col(i).cwiseAbs().maxCoeff(&largest);
    if (transform_(largest, i) < 0) transform_.col(i) *= -1;
  }
}

RowMatrix Plda::features(const Eigen::Ref<const RowMatrix>& embeddings) const {
  RowMatrix centred = embeddings.rowwise() - embedding_mean_;
  normalise_rows(centred);
  RowMatrix reduced = std::sqrt(static_cast<double>(dimensions())) * (centred * reduction_);
  reduced.rowwise() -= reduced_mean_;
  normalise_rows(reduced);
  reduced *= std::sqrt(static_cast<double>(feature_count()));
  reduced.rowwise() -= feature_mean_;
  return reduced * transform_;
}

}  // namespace diarist::clustering
