#!/usr/bin/env bash
# Makes the Debian package of a built tree, hears what lintian says of it, installs it in a bare Debian 12, uses it there and removes
# it without a trace.
#   tests/package/deb.sh BUILD_FOLDER WORK_FOLDER
# The bare Debian is made once with debootstrap and kept as WORK_FOLDER/debian.tar.gz; the tree it is unpacked to goes at the
# end, unless KEEP_ROOT is set. MIRROR says where packages come
# from, if not from debootstrap's own. Exits with 77 where no such Debian can be made.
set -euo pipefail
build=$(realpath "$1")
mkdir -p "$2"
work=$(realpath "$2")
source=$(cd "$(dirname "$0")/../.." && pwd)
root=$work/root
skip() { echo "skipped: $1"; exit 77; }
((EUID == 0)) || skip "installing into a Debian of its own needs root"
for tool in debootstrap dpkg-shlibdeps lintian; do
  command -v $tool >/dev/null || skip "$tool is not installed"
done
# Written by dpkg, apt, ldconfig and logging for themselves.
everything() {
  (cd "$root" && find . -xdev ! -path './var/lib/dpkg/*' ! -path './var/lib/apt/*' ! -path './var/cache/*' \
    ! -path './var/log/*' ! -path './tmp/*' ! -path './proc/*' | sort)
}
inside() {
  LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root chroot "$root" "$@"
}
clean() {
  [[ ${KEEP_ROOT:-} ]] || rm -rf --one-file-system "$root"
  # Continuous integration has no next time, and small disks.
  [[ ! ${CI:-} ]] || rm -f "$work/debian.tar.gz"
}
trap clean EXIT

rm -rf --one-file-system "$root" "$work/package"
(cd "$build" && cpack -G DEB -B "$work/package") | grep -v '^CPack: -' || true
package=$(ls "$work"/package/*.deb)
echo "$(basename "$package"): $(stat -c %s "$package") bytes"
dpkg-deb -f "$package" Depends
lintian --allow-root --fail-on error,warning "$package"
echo "lintian has no errors and no warnings"

if [[ ! -e $work/debian.tar.gz ]]; then
  debootstrap --variant=minbase bookworm "$root" ${MIRROR:+"$MIRROR"} >"$work/debootstrap.log" 2>&1 || {
    tail -n 3 "$work/debootstrap.log"
    skip "debootstrap could make no Debian"
  }
  rm -f "$root"/var/cache/apt/archives/*.deb
  tar -C "$root" -cf - . | gzip -1 >"$work/debian.tmp"
  mv "$work/debian.tmp" "$work/debian.tar.gz"
else
  mkdir "$root"
  tar -C "$root" -xzf "$work/debian.tar.gz"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
inside apt-get update -qq || skip "apt reaches no mirror"
everything >"$work/before"

cp "$package" "$source/samples/sample.wav" "$root/tmp"
inside apt-get install -y -qq --no-install-recommends "/tmp/$(basename "$package")" >"$work/apt.log" 2>&1 ||
  { cat "$work/apt.log" >&2; exit 1; }
everything >"$work/installed"
grep -qx ./usr/bin/diarist "$work/installed"
[[ $(inside diarist --version) == "$("$build/diarist" --version)" ]]
inside diarist /tmp/sample.wav --quiet -f rttm >"$work/found.rttm"
"$build/diarist" "$source/samples/sample.wav" --quiet -f rttm >"$work/expected.rttm"
[[ -s $work/found.rttm ]]
cmp "$work/found.rttm" "$work/expected.rttm"
echo "the same turns as the build's own program"
inside diarist plot /tmp/sample.wav -o /tmp/sample.png
[[ $(head -c 4 "$root/tmp/sample.png" | tail -c 3) == PNG ]]
for file in man/man1/diarist.1.gz bash-completion/completions/diarist zsh/vendor-completions/_diarist \
  fish/vendor_completions.d/diarist.fish doc/diarist/copyright doc/diarist/changelog.gz doc/diarist/NOTICE; do
  [[ -s $root/usr/share/$file ]] || { echo "the package has no $file" >&2; exit 1; }
done
zcat "$root/usr/share/man/man1/diarist.1.gz" | cmp - "$build/pages/diarist.1"
cmp "$root/usr/share/bash-completion/completions/diarist" <(inside diarist completion bash)
# Against what the package brought, with this machine's compiler.
/usr/bin/python3 "$source/tests/readme/run_examples.py" --readme "$source/docs/c.md" --show c >"$work/outside.c"
libraries=$(dirname "$(find "$root/usr/lib" -name 'libdiarist.*' | head -n 1)")
modules=$(dirname "$(find "$root/usr/lib" -name diarist-c.pc)")
# shellcheck disable=SC2046
cc -std=c11 "$work/outside.c" -o "$work/outside" \
  $(PKG_CONFIG_PATH=$modules pkg-config --static --cflags --libs diarist-c)
LD_LIBRARY_PATH=$libraries "$work/outside" "$source/samples/sample.wav" 2>/dev/null | cmp - "$work/expected.rttm"
echo "a program in C, linked with the package's library, says the same"

inside apt-get purge -y -qq diarist >>"$work/apt.log" 2>&1
inside apt-get autoremove -y -qq --purge >>"$work/apt.log" 2>&1
everything >"$work/after"
diff "$work/before" "$work/after" || { echo "removed, the package leaves these differences" >&2; exit 1; }
echo "removed without a trace"
