#!/usr/bin/env bash
# Builds the container image's last stage with Debian's buildah, where no registry and no container engine is at hand, and has it
# diarize the sample as its own user. Needs root, buildah, and what tests/package/deb.sh leaves: a bare Debian for the base
# image, and the package, which stands in for the first stage's.
#   tests/package/container.sh WORK_FOLDER_OF_DEB_SH WORK_FOLDER
set -euo pipefail
debian=$(realpath "$1")
mkdir -p "$2"
work=$(realpath "$2")
cd "$(dirname "$0")/../.."
export STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot
in_work() { buildah --root "$work/storage" --runroot "$work/run" "$@"; }
clean() { rm -rf --one-file-system "$work"; }
trap clean EXIT

mkdir -p "$work/stage/package" "$work/recordings"
cp "$debian"/package/*.deb "$work/stage/package/"
zcat "$debian/debian.tar.gz" >"$work/base.tar"
base=$(in_work from scratch)
in_work add -q "$base" "$work/base.tar" / >/dev/null
in_work commit -q "$base" localhost/base >/dev/null
in_work rm "$base" >/dev/null
rm "$work/base.tar"
in_work build -q --build-arg BASE=localhost/base --build-context package="$work/stage" -t diarist -f Containerfile . >"$work/log" 2>&1 ||
  { tail -n 20 "$work/log" >&2; exit 1; }
[[ $(in_work inspect --type image --format '{{.OCIv1.Config.User}} {{.OCIv1.Config.Entrypoint}} {{.OCIv1.Config.WorkingDir}}' \
  localhost/diarist) == 'diarist [diarist] /recordings' ]]
container=$(in_work from localhost/diarist)
[[ $(in_work run "$container" -- id -un) == diarist ]]
in_work copy -q --chown diarist "$container" samples/sample.wav /recordings/ >/dev/null
in_work run "$container" -- diarist sample.wav --quiet -o sample.rttm
in_work run "$container" -- diarist sample.wav --quiet -f rttm >"$work/found.rttm"
in_work run "$container" -- cat sample.rttm | cmp - "$work/found.rttm"
[[ -s $work/found.rttm ]]
cat "$work/found.rttm"
echo "the image diarizes as its own user"
