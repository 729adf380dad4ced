# Shared by the commands in this folder: the interpreter, the environment, the settings.
# shellcheck shell=bash

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
VENV="$ROOT/.venv"
STAMP="$VENV/.locks"
export VAR_DIR="${VAR_DIR:-$ROOT/var}"
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1
cd "$ROOT"

step() { printf '%4ds  %s\n' "$SECONDS" "$*" >&2; }

fail() {
    printf '\n%s\n' "$@" >&2
    exit 1
}

find_python() {
    local name
    for name in "${PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14; do
        [ -n "$name" ] && command -v "$name" >/dev/null || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    fail "需要 Python 3.11 或更高版本（Debian/Ubuntu：apt install python3 python3-venv）。" \
        "Python 3.11 or newer is needed (Debian/Ubuntu: apt install python3 python3-venv)."
}

ensure_venv_module() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        step "安装 python3-venv · installing python3-venv"
        { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -yq python3-venv; } >&2 && return
    fi
    fail "缺少 Python 的 venv 模块，请先安装：apt install python3-venv" \
        "Python's venv module is missing; install it first: apt install python3-venv"
}

hash_of() { cat "$@" | sha256sum | cut -c1-64; }

# ensure_environment runtime|dev - makes .venv from the lock, or does nothing when it is up to date.
# The development lock holds everything that the runtime lock holds.
ensure_environment() {
    local lock=requirements.lock wanted python
    [ "$1" = dev ] && lock=requirements-dev.lock
    wanted="$(hash_of "$lock")"
    if [ -x "$VENV/bin/python" ] && [ -f "$STAMP" ] && grep -q "$wanted" "$STAMP"; then
        return
    fi
    python="$(find_python)"
    ensure_venv_module "$python"
    if ! "$VENV/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        step "建立 Python 环境 · making .venv with $("$python" --version)"
        "$python" -m venv --clear "$VENV"
    fi
    rm -f "$STAMP"
    step "安装锁定的软件包 · installing the packages of $lock ($(grep -c '==' "$lock"))"
    "$VENV/bin/python" -m pip install --require-hashes --no-deps -r "$lock" >&2 ||
        fail "软件包安装失败，请检查网络后重新运行。" "Installing failed; check the network and run again."
    hash_of requirements.lock >"$STAMP"
    [ "$1" = dev ] && hash_of requirements-dev.lock >>"$STAMP"
    step "软件包已装好 · packages are installed"
}

# Translations are kept as text; the compiled form is made here whenever the text has changed.
ensure_translations() {
    local catalogue compiled
    for catalogue in shop/translations/*/LC_MESSAGES/messages.po; do
        compiled="${catalogue%.po}.mo"
        [ -f "$catalogue" ] || continue
        [ "$compiled" -nt "$catalogue" ] && continue
        step "编译译文 · compiling translations"
        "$VENV/bin/pybabel" -q compile -i "$catalogue" -o "$compiled"
    done
}

# Secrets of the demonstration are made once and kept; a production start brings its own.
make_secrets() {
    "$VENV/bin/python" - <<'PYTHON'
import base64, secrets
print("SECRET_KEY=" + secrets.token_urlsafe(48))
print("FINGERPRINT_KEY=" + secrets.token_urlsafe(48))
print("FIELD_KEYS=demo:" + base64.b64encode(secrets.token_bytes(32)).decode())
print("LOCAL_STRIPE_KEY=sk_test_" + secrets.token_hex(24))
print("LOCAL_STRIPE_WEBHOOK_SECRET=whsec_" + secrets.token_hex(32))
PYTHON
}

# Settings come from the environment; what the demonstration lacks is filled in here.
# Without Stripe settings the shop talks to the local Stripe-compatible server.
load_settings() {
    export XIANGYUAN_ENV="${XIANGYUAN_ENV:-demo}" FLASK_APP="${FLASK_APP:-wsgi:app}"
    export PORT="${PORT:-8000}" HOST="${HOST:-127.0.0.1}"
    [ "$XIANGYUAN_ENV" = demo ] || return 0
    local file="$VAR_DIR/secrets.env" line name
    mkdir -p "$VAR_DIR"
    if [ ! -s "$file" ]; then
        (umask 077 && make_secrets >"$file.new" && mv "$file.new" "$file")
    fi
    while read -r line; do
        name="${line%%=*}"
        if [ -n "$name" ] && [ -z "${!name+set}" ]; then export "$name=${line#*=}"; fi
    done <"$file"
    if [ -z "${STRIPE_SECRET_KEY:-}" ]; then
        export STRIPE_SECRET_KEY="$LOCAL_STRIPE_KEY"
        export STRIPE_WEBHOOK_SECRET="$LOCAL_STRIPE_WEBHOOK_SECRET"
        export STRIPE_API_BASE="http://127.0.0.1:${STRIPE_PORT:-$((PORT + 1))}"
        export XIANGYUAN_LOCAL_STRIPE="${STRIPE_PORT:-$((PORT + 1))}"
    fi
    unset LOCAL_STRIPE_KEY LOCAL_STRIPE_WEBHOOK_SECRET
}
