# Sourced by what drives a browser: sees to it that Chromium, Node.js and two packages from npm are there, the packages
# in $work. Ends the script with 77 where they are not. CHROMIUM names another browser.
skip() { echo "skipped: $1"; exit 77; }
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
[[ $CHROMIUM ]] || skip "Chromium is not installed"
command -v node >/dev/null || skip "Node.js is not installed"
(($(node -p 'process.versions.node.split(".")[0]') >= 18)) || skip "Node.js is older than 18"

# The last playwright-core that runs on Debian's Node.js 18.
packages=(playwright-core@1.60.0 axe-core@4.14.1)
wanted="${packages[*]}"
if [[ $(cat "$work/packages" 2>/dev/null) != "$wanted" ]]; then
  command -v npm >/dev/null || skip "npm is not installed"
  (cd "$work" && npm install --no-save --no-audit --no-fund --silent --prefix . "${packages[@]}") ||
    skip "npm reaches no registry"
  echo "$wanted" >"$work/packages"
fi
