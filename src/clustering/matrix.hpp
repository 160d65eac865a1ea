// The matrix type of this room: double precision, one observation a row, rows contiguous.
#pragma once

#include <Eigen/Core>

namespace diarist::clustering {

using RowMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace diarist::clustering
