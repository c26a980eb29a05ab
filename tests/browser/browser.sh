# To be sourced: what the tests in a browser share.

# The browser, under one of its names; without one the test is skipped.
find_browser() {
  local name
  for name in chromium chromium-browser google-chrome; do
    # Some systems have a program of that name which only says what to install.
    ! "$name" --version >/dev/null 2>&1 || { echo "$name" && return; }
  done
  echo 'skipped: there is no Chromium' >&2
  exit 77
}

# begin FOLDER: finds the browser and empties the folder to work in.
begin() {
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  work=$1
  browser=$(find_browser)
  rm -rf "$work"
  mkdir -p "$work"
}

# look PAGE DOM LOG: opens a page in the browser, and writes the document as it
# is when all scripts have run, and all that the browser says.
look() {
  local profile=$work/profile
  rm -rf "$profile"
  # Without the sandbox, as root has none; from nothing but local files, which
  # may look into each other. It is killed if it hangs.
  timeout --kill-after=5 120 "$browser" --headless --no-sandbox --disable-gpu \
    --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --disable-quic \
    --disable-dev-shm-usage --allow-file-access-from-files \
    --host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir="$profile" \
    --window-size=1280,1000 --enable-logging=stderr --dump-dom \
    "file://$1" >"$2" 2>"$3"
}

# check PAGE: prints what is wrong with a report, a fault a line; nothing if all
# is well.
check() {
  local page=$1 frame=${1%/*}/frame.html dom=$work/dom log=$work/log
  if ! [[ -s $page ]]; then
    echo "there is no $page"
    return
  fi
  # The page is looked at from outside, at a desktop's width and at a phone's.
  sed "s|PAGE|${page##*/}|g" "$here/frame.html" >"$frame"
  look "$frame" "$dom" "$log" || echo "the browser failed: see $log"
  # Errors of scripts, broken policies and console.* alike.
  grep -o 'CONSOLE.*' "$log" | sed 's/^/console: /' || true
  grep -q '<pre id="faults" data-done="1280 390">' "$dom" ||
    echo 'the page was not looked at to the end'
  sed -n '/<pre id="faults"/,/<\/pre>/p' "$dom" |
    sed 's/<[^>]*>//g; /^$/d'
}
