#include "clustering/projection.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include <Eigen/Eigenvalues>

#include "diarist/error.hpp"

#include "clustering/matrix.hpp"

namespace diarist::clustering {

Projection principal_plane(std::span<const float> embeddings, int count) {
  const auto rows = static_cast<std::size_t>(std::max(count, 0));
  if (rows == 0 || embeddings.size() % rows != 0 || embeddings.size() / rows < 2) {
    throw Error(ErrorCode::invalid_argument, "embeddings",
                "are " + std::to_string(embeddings.size()) + " values, no " +
                    std::to_string(count) + " rows of two or more");
  }
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(embeddings.begin(), embeddings.end(), finite)) {
    throw Error(ErrorCode::invalid_argument, "embeddings", "have a value that is not finite");
  }
  const auto dimensions = static_cast<Eigen::Index>(embeddings.size() / rows);
  using Floats = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  RowMatrix centred = Eigen::Map<const Floats>(embeddings.data(), count, dimensions).cast<double>();
  const Eigen::RowVectorXd mean = centred.colwise().mean();
  centred.rowwise() -= mean;
  const Eigen::MatrixXd covariance = centred.transpose() * centred;
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);

  Projection projection;
  projection.points.resize(rows * 2);
  const double total = covariance.trace();
  if (!(total > 0)) return projection;
  for (std::size_t component = 0; component < 2; ++component) {
    // Eigen sorts upwards.
    const Eigen::Index at = dimensions - 1 - static_cast<Eigen::Index>(component);
    Eigen::VectorXd axis = solver.eigenvectors().col(at);
    Eigen::Index largest = 0;
    axis.cwiseAbs().maxCoeff(&largest);
    if (axis[largest] < 0) axis = -axis;
    const Eigen::VectorXd along = centred * axis;
    for (std::size_t i = 0; i < rows; ++i) {
      projection.points[2 * i + component] = along[static_cast<Eigen::Index>(i)];
    }
    projection.shares[component] = std::max(0.0, solver.eigenvalues()[at]) / total;
  }
  return projection;
}

}  // namespace diarist::clustering
