// Embeddings into the space where speakers are told apart: probabilistic linear discriminant
// analysis.
//
// In: raw embeddings [n, 256]. Out: features [n, 128] (or as the model's tensors say) in which the
// variance within a speaker is 1 in every dimension and the variance between speakers is
// `between()` (phi), in descending order. Immutable once made; safe from any thread.
//
// Follows the back-end of pyannote.audio 4 community-1 and BUT's VBx (Landini et al. 2022): centre,
// normalise, reduce by LDA, centre, normalise, then the generalised eigenvectors of the between-
// and the within-speaker covariance. A feature's sign is arbitrary;
// here the largest of its weights is positive, so that features may be kept.
#pragma once

#include <Eigen/Core>

#include "clustering/matrix.hpp"
#include "model/pack.hpp"

namespace diarist::clustering {

class Plda {
 public:
  /// Reads "plda.*" of the pack. Throws Error{wrong_model} where a tensor is missing or has another
  /// shape, Error{corrupt_model} where the covariances are not positive definite.
  explicit Plda(const model::Pack& pack);

  /// Of an embedding, and of what features() makes of it.
  Eigen::Index dimensions() const { return reduction_.rows(); }
  Eigen::Index feature_count() const { return reduction_.cols(); }

  RowMatrix features(const Eigen::Ref<const RowMatrix>& embeddings) const;

  /// [128], > 0, descending.
  const Eigen::VectorXd& between() const { return between_; }

 private:
  RowMatrix reduction_;  ///< [256, 128]; the sizes of all others.
  Eigen::RowVectorXd embedding_mean_;
  Eigen::RowVectorXd reduced_mean_;
  Eigen::RowVectorXd feature_mean_;
  RowMatrix transform_;  ///< [128, 128], a feature a column.
  Eigen::VectorXd between_;
};

/// Rows scaled to length 1; a row of zeros stays.
void normalise_rows(RowMatrix& rows);

}  // namespace diarist::clustering
