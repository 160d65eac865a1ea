// PyTorch checkpoints (.bin, .ckpt, .pt): what torch.save writes since version 1.6, a zip archive
// of one pickle and the storages that it refers to.
//
// Format: torch/serialization.py, and caffe2/serialize/inline_container.h for the archive. The
// pickle is read by our own machine (pickle.hpp), which runs nothing and lets only the names of
// pytorch_objects.cpp pass.
#pragma once

#include "modeltools/checkpoint.hpp"
#include "modeltools/zip_archive.hpp"

namespace diarist::modeltools {

/// Whether the archive is PyTorch's rather than NumPy's: it has a member data.pkl in a folder.
bool is_pytorch(const ZipArchive& archive);

/// The tensors of the state dict: the pickle's own dictionary, or the one that it has under
/// "state_dict" (Lightning) or "model_state_dict". What is no tensor is left out; tensors may share
/// storages and have any strides.
///
/// Throws Error{corrupt_model} that names the file, and the operation with its offset in the
/// pickle, the tensor or the member to blame; Error{wrong_model} for TorchScript, big-endian
/// storages, and a pickle that holds no tensors.
Checkpoint pytorch_checkpoint(const ZipArchive& archive);

}  // namespace diarist::modeltools
