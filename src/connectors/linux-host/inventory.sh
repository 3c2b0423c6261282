#!/bin/sh
# Holdfast host inventory. POSIX sh; it reads and never writes: no file, no lock, no temporary, no state on the host.
# It opens no connection (unless --push is given), asks no directory for accounts, never reads standard input, runs only
# the system's own tools and never prints a password hash, a key or the raw machine-id. Unprivileged it sees less and
# says what: rows `unseen<TAB>what<TAB>reason<TAB>detail` stand in the section they belong to.
#
#   inventory.sh [--hashes] [--sections a,b]              print everything, or only the hash of each section
#   inventory.sh --push URL --token-file F [--jitter S]   offer hashes to a Holdfast, send the sections it asks for
#
# Output: `section<TAB>name<TAB>sha256<TAB>bytes`, then that many bytes of byte-sorted TSV; at last `done<TAB>count`.
main() {
  exec </dev/null
  PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C
  export PATH LC_ALL
  unset IFS ENV BASH_ENV CDPATH LD_PRELOAD LD_LIBRARY_PATH APT_CONFIG RPM_CONFIGDIR
  umask 077
  # Without one of these a section would come out empty, as if there were nothing.
  for tool in awk cat cut grep sed sort stat tr uname; do have $tool || fail "needs $tool"; done
  renice -n 10 $$ >/dev/null 2>&1
  T=$(printf '\t') AGENT=1 ME=$(id -u)
  ALL='os kernel deb rpm apk holds origins upgradable accounts sudo sockets sshd pam restart'
  mode=full url='' token_file='' jitter=300 names=$ALL
  while [ $# -gt 0 ]; do
    case $1 in
      --hashes) mode=hashes ;;
      --sections) names=$(printf '%s' "${2-}" | tr ',' ' '); shift ;;
      --push) mode=push url=${2-}; shift ;;
      --token-file) token_file=${2-}; shift ;;
      --jitter) jitter=${2-}; shift ;;
      *) fail "unknown argument $1" ;;
    esac
    [ $# -gt 0 ] && shift
  done
  for name in $names; do
    case " $ALL " in *" $name "*) ;; *) fail "no section $name; there are: $ALL" ;; esac
  done
  # --foreground keeps what is limited in the script's own process group, so that it ends with it.
  if timeout --foreground 5 true 2>/dev/null; then LIMIT='timeout --foreground'
  elif timeout 5 true 2>/dev/null; then LIMIT=timeout; else LIMIT=; fi
  # -q: a file's name must not be able to begin a line of its own; busybox does so by itself.
  if ls -lnq / >/dev/null 2>&1; then LS='ls -lnq'; else LS='ls -ln'; fi
  if have sha256sum; then SUM=sha256sum; elif have shasum; then SUM='shasum -a 256'
  elif have openssl; then SUM='openssl dgst -sha256 -r'; else SUM=; fi
  if [ $mode = push ]; then push; return; fi
  row holdfast-inventory 1 $AGENT $mode
  count=0
  for name in $names; do
    read_section "$name"
    row section "$name" "$hash" "$bytes"
    if [ $mode = full ] && [ -n "$text" ]; then printf '%s\n' "$text"; fi
    count=$((count + 1))
  done
  row 'done' $count
}

# ---- means
fail() { printf 'inventory.sh: %s\n' "$1" >&2; exit 64; }
have() { command -v "$1" >/dev/null 2>&1; }
row() { line=$1; shift; for cell; do line=$line$T$cell; done; printf '%s\n' "$line"; }
unseen() { row unseen "$1" "$2" "$(printf '%s' "${3-}" | tr '\t\n' '  ' | cut -c1-200)"; }
bounded() { if [ -n "$LIMIT" ]; then $LIMIT "$@"; else shift; "$@"; fi; }
sum() { if [ -n "$SUM" ]; then $SUM | cut -d' ' -f1; else cat >/dev/null; echo -; fi; }

# Runs one section: control characters go and rows are sorted, so that equal facts give equal bytes.
read_section() {
  text='' hash=- bytes=0
  # What apt would do costs seconds and follows from deb, holds and origins: never worked out for a mere hash.
  if [ $mode = hashes ] && [ "$1" = upgradable ]; then return; fi
  text=$("section_$1" 2>/dev/null | tr -d '\000-\010\013-\037\177' | sort -u)
  if [ -n "$text" ]; then
    bytes=$((${#text} + 1))
    hash=$(printf '%s\n' "$text" | sum)
  else
    hash=$(printf '' | sum)
  fi
}

# A directory must be readable before its emptiness is believed.
listable() { [ ! -d "$1" ] || { [ -r "$1" ] && [ -x "$1" ]; } || unseen "$1" not-permitted; }

# lines KIND FILE...: lines of text files without comments, numbered, whatever looks like a password masked.
lines() {
  kind=$1; shift
  for file; do
    shift
    if [ -f "$file" ] && [ -r "$file" ]; then set -- "$@" "$file"
    elif [ -e "$file" ] || [ -L "$file" ]; then unseen "$file" not-permitted; fi
  done
  [ $# -gt 0 ] || return
  bounded 20 awk -v kind="$kind" '
    FNR == 2001 { printf "unseen\t%s\ttruncated\tmore than 2000 lines\n", FILENAME }
    FNR > 2000 || /^[ \t]*$/ || (/^[ \t]*#/ && !/^[ \t]*#(include|[0-9])/) { next }
    { gsub(/\t/, " "); sub(/^ +/, ""); sub(/ +$/, ""); gsub(/:\/\/[^\/@ ]*@/, "://masked@")
      rest = substr($0, 1, 1000); text = ""
      while (match(rest, /(passw(or)?d|secret|token|pw|key) *= *[^ ]+/)) {
        eq = RSTART + index(substr(rest, RSTART), "=") - 1
        text = text substr(rest, 1, eq) "masked"; rest = substr(rest, RSTART + RLENGTH) }
      printf "%s\t%s\t%04d\t%s%s\n", kind, FILENAME, FNR, text, rest }' "$@" || unseen "$kind files" timeout
}

# Accounts that can get a shell: login<TAB>home.
people() {
  awk -F: 'NF > 6 && $7 !~ /(nologin|false|sync|halt|shutdown)$/ && $1 !~ /^[+-]/ { print $1 "\t" $6 }' /etc/passwd
}

# programs PID...: P<TAB>pid<TAB>program<TAB>host|other, where `other` runs on another root file system (a container).
programs() {
  [ $# -gt 0 ] || return
  exes='' roots=''
  for pid; do exes="$exes /proc/$pid/exe" roots="$roots /proc/$pid/root/"; done
  { stat -L -c 'R %d:%i %n' / ; bounded 10 stat -L -c 'R %d:%i %n' $roots; bounded 10 $LS -d $exes; } | awk '
    $1 == "R" { if ($3 == "/") own = $2; else { split($3, p, "/"); root[p[3]] = $2 } next }
    match($0, /\/proc\/[0-9]+\/exe -> /) {
      split(substr($0, RSTART), p, "/"); path = substr($0, RSTART + RLENGTH); sub(/ \(deleted\)$/, "", path)
      printf "P\t%s\t%s\t%s\n", p[3], path, (root[p[3]] == own ? "host" : "other") }'
}

# Paths on standard input: O<TAB>path<TAB>package, one question to the package manager for all of them.
owners() {
  set --
  while IFS= read -r path; do
    case $path in *[!A-Za-z0-9/._+:@-]*) ;; /*) set -- "$@" "$path" ;; esac
  done
  [ $# -gt 0 ] || return
  if [ -f /var/lib/dpkg/status ]; then
    # Debian records /bin/x where the merged tree says /usr/bin/x.
    for path; do case $path in /usr/*) set -- "$@" "${path#/usr}" ;; esac; done
    bounded 30 dpkg-query -S "$@" | awk -F': ' '!/^diversion / && NF == 2 {
      split($1, p, ", "); sub(/:.*/, "", p[1])
      print "O\t" $2 "\t" p[1]; if ($2 !~ /^\/usr\//) print "O\t/usr" $2 "\t" p[1] }'
  elif db=$(rpm_db) && [ -n "$db" ] && have rpm; then
    bounded 30 rpm --dbpath "$db" -qf --qf '[O\t%{FILENAMES}\t%{=NAME}\n]' "$@" | grep "^O$T"
  elif have apk; then
    bounded 30 apk info -W "$@" | sed -n "s/^\(.*\) is owned by \(.*\)-[0-9][^-]*-r[0-9]*\$/O$T\1$T\2/p"
  fi
}

# ---- sections
section_os() {
  for file in /etc/os-release /usr/lib/os-release; do [ -r $file ] && break; done
  if [ -r $file ]; then
    sed -n -E "s/^(ID|ID_LIKE|VERSION_ID|VERSION_CODENAME|PRETTY_NAME|VARIANT_ID)=[\"']?([^\"']*)[\"']?\$/release$T\1$T\2/p" $file
  else unseen 'operating system release' unreadable /etc/os-release; fi
  [ -r /etc/debian_version ] && row release DEBIAN_VERSION "$(head -n 1 /etc/debian_version)"
  host=$(cat /proc/sys/kernel/hostname || uname -n)
  row hostname "$host"
  # Names from /etc/hosts only: asking the resolver would go to the network.
  awk -v h="$host" '{ sub(/#.*/, ""); mine = 0; for (i = 2; i <= NF; i++) if ($i == h || index($i, h ".") == 1) mine = 1
    if (mine) for (i = 2; i <= NF; i++) if (index($i, h ".") == 1) print "fqdn\t" $i }' /etc/hosts
  case $host in *.*) row fqdn "$host" ;; esac
  row architecture "$(uname -m)"
  awk '$1 == "btime" { print "booted\t" $2 }' /proc/stat
  row boot-id "$(cat /proc/sys/kernel/random/boot_id)"
  row agent $AGENT "$ME"
  host_id
  awk '/\|--/ { address = $2 } /\/32 host LOCAL/ { print "address\t" address }' /proc/net/fib_trie
  awk '{ gsub(/..../, "&:", $1); sub(/:$/, "", $1); print "address\t" $1 }' /proc/net/if_inet6
  [ -n "$SUM" ] || unseen 'section hashes' not-installed 'sha256sum, shasum, openssl'
  [ -n "$LIMIT" ] || unseen 'time limits' not-installed timeout
}
# The machine-id is meant to stay on the host (machine-id(5)): only a hash with a text of our own leaves it.
host_id() {
  for file in /etc/machine-id /var/lib/dbus/machine-id /etc/ssh/ssh_host_ed25519_key.pub; do
    if [ -s $file ] && [ -r $file ] && [ -n "$SUM" ]; then
      row host-id "${file##*/}" "$({ printf 'holdfast-linux-host:'; cut -d' ' -f1,2 $file; } | sum)"; return
    fi
  done
  unseen 'machine identity' not-installed 'no machine-id, no ssh host key'
}
section_kernel() {
  row running "$(uname -r)"
  row built "$(uname -v)"
  [ -r /proc/version_signature ] && row built "$(cat /proc/version_signature)"
  for file in /boot/vmlinuz-* /usr/lib/modules/*/vmlinuz /lib/modules/*/vmlinuz; do
    [ -e "$file" ] || continue
    case $file in /boot/*) row installed "${file#/boot/vmlinuz-}" ;; *) file=${file%/*}; row installed "${file##*/}" ;; esac
  done
  listable /boot
  for file in /lib/modules/*/modules.dep; do
    [ -e "$file" ] && file=${file%/*} && row modules "${file##*/}"
  done
  if [ -r /run/systemd/container ]; then row container "$(cat /run/systemd/container)"
  elif [ -e /.dockerenv ]; then row container docker
  elif [ -e /run/.containerenv ]; then row container podman; fi
}
section_deb() {
  if have dpkg-query; then
    bounded 60 dpkg-query -W -f 'pkg\t${Package}\t${Version}\t${Architecture}\t${db:Status-Abbrev}\t${source:Package}\t${source:Version}\t${Origin}\n' ||
      unseen 'deb packages' unreadable "$(bounded 60 dpkg-query -W -f '' 2>&1)"
    set --
  else set -- /var/lib/dpkg/status; fi
  for file in "$@" /var/lib/dpkg/status.d/*; do
    case $file in *.md5sums) continue ;; esac
    if [ -f "$file" ] && [ -r "$file" ]; then dpkg_status "$file"
    elif [ -e "$file" ]; then unseen "$file" not-permitted; fi
  done
}
dpkg_status() {
  bounded 60 awk -v RS= -F'\n' '{
    split("", f)
    for (i = 1; i <= NF; i++) if (match($i, /^(Package|Version|Architecture|Status|Source|Origin): */))
      f[substr($i, 1, index($i, ":") - 1)] = substr($i, RLENGTH + 1)
    if (f["Package"] == "" || f["Version"] == "") next
    source = f["Source"] == "" ? f["Package"] : f["Source"]; version = f["Version"]
    if (match(source, / \(.*\)$/)) { version = substr(source, RSTART + 2, RLENGTH - 3); source = substr(source, 1, RSTART - 1) }
    n = split(f["Status"], s, " "); state = "ii"
    if (n == 3) state = (s[1] == "deinstall" ? "r" : substr(s[1], 1, 1)) code[s[3]] (s[2] == "ok" ? "" : "R")
    printf "pkg\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f["Package"], f["Version"], f["Architecture"], state, source, version, f["Origin"] }
    BEGIN { code["installed"] = "i"; code["config-files"] = "c"; code["unpacked"] = "U"; code["half-configured"] = "F"
      code["half-installed"] = "H"; code["triggers-awaited"] = "W"; code["triggers-pending"] = "t"; code["not-installed"] = "n" }' "$1"
}
section_rpm() {
  db=$(rpm_db)
  [ -n "$db" ] || return
  have rpm || { unseen 'rpm packages' not-installed rpm; return; }
  format='%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}\t%{INSTALLTIME}\t%{SOURCERPM}\t%{VENDOR}'
  found=$(bounded 60 rpm --dbpath "$db" -qa --qf "pkg\t$format\t%{MODULARITYLABEL}\n") ||
    found=$(bounded 60 rpm --dbpath "$db" -qa --qf "pkg\t$format\t\n") || unseen 'rpm packages' unreadable 'rpm -qa failed'
  if [ -n "$found" ]; then printf '%s\n' "$found"; else unseen 'rpm packages' unreadable "nothing in $db"; fi
}
rpm_db() {
  for file in /var/lib/rpm/rpmdb.sqlite /var/lib/rpm/Packages /var/lib/rpm/Packages.db /usr/lib/sysimage/rpm/rpmdb.sqlite \
    /usr/lib/sysimage/rpm/Packages.db /usr/share/rpm/rpmdb.sqlite; do
    [ -e "$file" ] && { echo "${file%/*}"; return; }
  done
}
section_apk() {
  for file in /usr/lib/apk/db/installed /lib/apk/db/installed; do [ -f $file ] && break; done
  [ -f $file ] || return
  [ -r $file ] || { unseen 'apk packages' not-permitted $file; return; }
  bounded 60 awk -v RS= -F'\n' '{ p = v = a = o = s = ""
    for (i = 1; i <= NF; i++) { k = substr($i, 1, 2); x = substr($i, 3)
      if (k == "P:") p = x; else if (k == "V:") v = x; else if (k == "A:") a = x; else if (k == "o:") o = x; else if (k == "f:") s = x }
    if (p != "") printf "pkg\t%s\t%s\t%s\t%s%s\n", p, v, a, o, (s == "" ? "" : "\t" s) }' $file
}
section_holds() {
  for dir in /etc/apt/preferences.d /etc/yum.repos.d; do listable $dir; done
  lines pin /etc/apt/preferences /etc/apt/preferences.d/*
  lines lock /etc/dnf/plugins/versionlock.list /etc/dnf/versionlock.toml /etc/yum/pluginconf.d/versionlock.list /etc/zypp/locks
  lines exclude /etc/dnf/dnf.conf /etc/yum.conf | grep -E "${T}exclude|^unseen"
  lines world /etc/apk/world | grep -E '[=<>~@]|^unseen'
}
section_origins() {
  for dir in /etc/apt/sources.list.d /var/lib/apt/lists; do listable $dir; done
  lines source /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources \
    /etc/yum.repos.d/*.repo /etc/zypp/repos.d/*.repo /etc/apk/repositories
  for file in /var/lib/apt/lists/*Release /var/cache/dnf/*/repodata/repomd.xml /var/cache/libdnf5/*/repodata/repomd.xml \
    /var/cache/zypp/raw/*/repodata/repomd.xml /var/cache/apk/APKINDEX* /etc/apk/cache/APKINDEX* \
    /var/lib/apt/periodic/update-success-stamp; do
    [ -f "$file" ] || continue
    # Modified: the archive's own time. Changed: when this host last fetched it or was told that it is current.
    stat -c "list$T%n$T%Y$T%Z" "$file"
    case $file in *.xml) sed -n -E "s,.*<revision>([0-9]{9,11})</revision>.*,of$T$file${T}Revision$T\1,p" "$file" ;;
    *Release)
      sed -n -E "/^(MD5Sum|SHA1|SHA256|SHA512):/q; s/^(Origin|Label|Suite|Codename|Version|Date|Valid-Until): *(.*)\$/of$T${file##*/}$T\1$T\2/p" "$file"
    esac
  done
}
# What can be newer, where the installed version can still be had, and what stands in the way of either.
section_upgradable() {
  db=$(rpm_db)
  if have apt-get && have dpkg-query; then apt_updates
  elif [ -n "$db" ] && have zypper; then zypper_updates; rpm_changes
  elif [ -n "$db" ] && have dnf; then dnf_updates; rpm_changes
  elif have apk; then apk_updates
  elif [ -n "$db" ] && have rpm; then unseen 'upgradable packages' not-supported 'rpm without dnf or zypper'; fi
  locks
}
# Questions that keep no cache and no log, take no lock and run no hook of the configuration.
apt_asked() {
  program=$1; shift
  printf '#clear AptCli;\n#clear DPkg;\n#clear APT::Update;\nDir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\nDir::Log::Planner "/dev/null";\nDir::Log::Solver "/dev/null";\n' |
    TMPDIR=/dev/shm bounded 90 "$program" -c /dev/stdin -q -o Debug::NoLocking=1 "$@" 2>&1
}
apt_updates() {
  row manager apt
  row native "$(dpkg --print-architecture)"
  plan=$(apt_asked apt-get -s -o APT::Get::Upgrade-Allow-New=1 upgrade | apt_plan inst)
  printf '%s\n' "$plan"
  # Kept back for another reason than a hold: what a full upgrade would take away or add for it.
  if printf '%s\n' "$plan" | grep -q "^kept$T"; then
    apt_asked apt-get -s dist-upgrade | apt_plan full | grep -v -E "^(kept|phased|ended)$T"
  fi
  apt_versions
  wanted=$(printf '%s\n' "$plan" | sed -n -E "s/^inst$T([^ ]+) \[.*/\1/p; s/^(kept|phased)$T//p" | sort -u)
  [ -z "$wanted" ] || changed_conffiles $wanted
  apt_sizes "$(printf '%s\n' "$plan" | sed -n -E "s/^inst$T([^ ]+) (\[[^]]*\] )?\(([^ ]+) .*/\1=\3/p")"
  for file in /var/cache/apt/archives/*.deb; do [ -f "$file" ] && row cached "${file##*/}"; done
  have dpkg-repack && row repack dpkg-repack
  for file in /var/lib/dpkg/updates/[0-9]*; do [ -e "$file" ] && row interrupted dpkg && break; done
  deb_changes $(printf '%s\n' "$plan" | sed -n -E "s/^inst$T([^ ]+) (\[[^]]*\] )?\(([^ ]+) .*/\1=\3/p" | head -n 50)
  have unattended-upgrade && bounded 10 apt-config dump | sed -n -E \
    's/^(APT::Periodic::Unattended-Upgrade|Unattended-Upgrade::(Allowed-Origins|Origins-Pattern|Package-Blacklist):*) "(.+)";$/unattended\t\1\t\3/p'
}
# apt_plan KIND: what a simulation would install (rows of that kind), remove, keep back; and why it cannot begin.
apt_plan() {
  awk -v kind="$1" '
    /^Inst / { print kind "\t" substr($0, 6); next } /^Remv / { print "remove\t" $2; next }
    /kept back:$/ { s = "kept"; next } /due to phasing:$/ { s = "phased"; next } /unmet dependencies[:.]/ { s = "broken"; next }
    !/^ / { s = "" }
    s == "broken" { if ($2 == ":") print "broken\t" $1 } s == "kept" || s == "phased" { for (i = 1; i <= NF; i++) print s "\t" $i }
    /^E: / { print "unseen\tupgradable packages\tunreadable\t" substr($0, 1, 200) }
    /^[0-9]+ upgraded, / { ended = 1; print "ended\t" $0 }
    END { if (!ended) print "unseen\tupgradable packages\ttimeout\tthe simulation of apt-get did not end" }'
}
# version<TAB>name<TAB>order<TAB>version<TAB>i(nstalled)c(andidate)<TAB>priority<TAB>sources, newest first: of packages
# that could be another version or whose installed one no repository has; of all others nothing, but how many were asked.
apt_versions() {
  set -- $(bounded 60 dpkg-query -W -f '${db:Status-Status} ${binary:Package}\n' | sed -n -E 's/^(installed|unpacked|half-configured|triggers-[a-z]+) //p')
  [ $# -gt 0 ] || return
  apt_asked apt-cache policy "$@" | awk '
    function flush(  i) {
      if (name == "") return
      asked++
      if (candidate != installed || n > 0 && version[1] != candidate || !offered)
        for (i = 1; i <= n && i <= 50; i++) printf "version\t%s\t%02d\t%s\t%s%s\t%s\t%s\n", name, i, version[i],
          (star[i] ? "i" : ""), (version[i] == candidate ? "c" : ""), priority[i], substr(source[i], 1, 900)
      name = ""; n = 0; offered = 0
    }
    /^[^ ].*:$/ { flush(); name = substr($0, 1, length($0) - 1); next }
    /^  Installed: / { installed = $2; next } /^  Candidate: / { candidate = $2; next }
    /^ (\*\*\*|   ) [^ ]/ { n++; k = $1 == "***" ? 2 : 1; version[n] = $k; priority[n] = $(k + 1); source[n] = ""; star[n] = mine = $1 == "***"; next }
    /^        +-?[0-9]+ / && n > 0 { if ($2 == "/var/lib/dpkg/status") next
      if (mine) offered = 1
      text = $0; sub(/^ +/, "", text); gsub(/:\/\/[^\/@ ]*@/, "://masked@", text); sub(/ Packages$/, "", text)
      source[n] = source[n] (source[n] == "" ? "" : " | ") text }
    END { flush(); if (asked) print "asked\t" asked; else print "unseen\tversions on offer\tunreadable\tapt-cache policy said nothing" }'
}
# Settings that somebody edited, of packages that are about to change: dpkg may stop at them and ask.
changed_conffiles() {
  list=$(bounded 30 dpkg-query -W -f '@ ${binary:Package}\n${Conffiles}\n' "$@" | awk '$1 == "@" { p = $2; next }
    NF == 2 && $2 ~ /^[0-9a-f]+$/ && length($2) == 32 { print p "\t" $2 "\t" $1 }')
  set --
  while IFS="$T" read -r name sum file; do
    if [ -f "$file" ] && [ ! -r "$file" ]; then row conffile "$name" "$file" unreadable
    elif [ -f "$file" ]; then set -- "$@" "$file"; fi
  done <<END
$list
END
  [ $# -gt 0 ] || return
  { printf '%s\n\n' "$list"; bounded 30 md5sum "$@"; } | awk 'NF == 0 { second = 1; next }
    !second { split($0, c, "\t"); was[c[3]] = c[2]; of[c[3]] = c[1]; next }
    { sum = $1; file = substr($0, 35); if (file in was && was[file] != sum) print "conffile\t" of[file] "\t" file "\tchanged" }'
}
# need<TAB>what<TAB>KiB and disk<TAB>folder<TAB>mount<TAB>KiB free: whether a download and the new files would fit.
apt_sizes() {
  set -- $1
  for dir in / /usr /var /boot /var/cache/apt/archives; do
    [ -d $dir ] && bounded 5 df -Pk $dir | awk -v dir=$dir 'NR == 2 { print "disk\t" dir "\t" $6 "\t" $4 }'
  done
  [ $# -gt 0 ] || return
  { bounded 30 dpkg-query -W -f 'was ${binary:Package} ${Package} ${Installed-Size}\n'; apt_asked apt-cache show "$@"; } | awk '
    $1 == "was" { was[$2] = $4; was[$3] = $4 } $1 == "Package:" { name = $2 }
    $1 == "Size:" { get += $2 / 1024 } $1 == "Installed-Size:" { more += $2 - was[name]; if ($2 > large) large = $2 }
    END { if (get) printf "need\tdownload\t%d\nneed\tunpack\t%d\n", get + 1, (more > 0 ? more : 0) + large }'
  case " $*" in *' linux-image-'*)
    row need boot "$(bounded 5 du -ck /boot/*-"$(uname -r)" 2>/dev/null | awk 'END { print $1 + 0 }')" ;;
  esac
}
# change<TAB>name<TAB>version<TAB>date<TAB>flaws: entries of the changelogs of what changed here in the last 45 days, one
# package of each source, and of newer versions that are fetched already. Of who wrote an entry nothing leaves the host.
deb_changes() {
  have gzip || return
  recent "$(bounded 30 dpkg-query -W -f '${db-fsys:Last-Modified} ${source:Package} ${Package}\n')" |
    bounded 30 sh -c 'while read -r name; do
      for file in /usr/share/doc/"$name"/changelog.Debian.gz /usr/share/doc/"$name"/changelog.gz; do
        [ -f "$file" ] && [ -r "$file" ] || continue
        gzip -cd "$file" | head -c 65536 | awk -v name="$name" "$1"; break
      done; done' sh "$DEB_ENTRIES"
  for wanted; do
    for file in "/var/cache/apt/archives/${wanted%%=*}_$(printf '%s' "${wanted#*=}" | sed 's/:/%3a/g')_"*.deb; do
      [ -f "$file" ] && printf '%s\t%s\n' "${wanted%%=*}" "$file"
    done
  done | bounded 30 sh -c 'while IFS="	" read -r name file; do
      for inside in changelog.Debian.gz changelog.gz; do
        dpkg-deb --fsys-tarfile "$file" | tar -xO "./usr/share/doc/$name/$inside" | gzip -cd | head -c 65536 | awk -v name="$name" "$1" | grep . && break
      done; done' sh "$DEB_ENTRIES"
}
# recent LIST: of lines `time source name` the names of the last 45 days, newest first, one of each source, 150 at most.
recent() {
  printf '%s\n' "$1" | awk -v since=$(($(date +%s) - 3888000)) 'NF == 3 && $1 >= since' | sort -rn |
    awk '!seen[$2]++ && ++n <= 150 { print $3 }'
}
NAMED_FLAWS='function named(text,  id) { while (match(text, /CVE-[0-9][0-9][0-9][0-9]-[0-9][0-9][0-9][0-9]+/)) {
    id = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH)
    if (index(" " flaws " ", " " id " ") == 0 && length(flaws) < 900) flaws = flaws (flaws == "" ? "" : " ") id } }
  function entry() { if (version != "" && n++ < 5) print "change\t" name "\t" version "\t" date "\t" flaws
    version = flaws = ""; if (n >= 5) exit }'
# deb-changelog(5): ` -- name <address>  day, dd month yyyy hh:mm:ss +zzzz` ends an entry.
DEB_ENTRIES="$NAMED_FLAWS"'
  /^[a-z0-9][a-z0-9+.-]* \([^ ()]+\) / { version = $3 ~ /^UNRELEASED/ ? "" : substr($2, 2, length($2) - 2); flaws = ""; next }
  /^ -- / { date = $0; if (sub(/^.*>  ?/, "", date) && date ~ /^[A-Z][a-z][a-z], [ 0-9]+ [A-Z][a-z][a-z] [0-9]+ [0-9:]+ [-+][0-9]+$/) entry(); next }
  { named($0) }'
rpm_changes() {
  set -- $(recent "$(bounded 60 rpm --dbpath "$db" -qa --qf '%{INSTALLTIME} %{SOURCERPM} %{NAME}\n')")
  [ $# -gt 0 ] || return
  bounded 30 rpm --dbpath "$db" -q --qf '[@\t%{=NAME}\t%{CHANGELOGTIME}\t%{CHANGELOGNAME}\n%{CHANGELOGTEXT}\n]' "$@" | awk -F'\t' '
    function entry() { if (version ~ /^[0-9][^ <>@]*$/ && count[name]++ < 5) print "change\t" name "\t" version "\t" date "\t" flaws; flaws = version = "" }
    $1 == "@" && NF >= 4 { entry(); name = $2; date = $3; n = split($4, word, " "); version = word[n]; sub(/^-/, "", version); next }
    count[name] < 5 { named($0) } END { entry() }'"${NAMED_FLAWS%%  function entry*}"
}
# offer<TAB>name<TAB>version<TAB>architecture<TAB>repository: what the package manager would take. withheld: the same of
# what a rule of this host keeps out. gone: installed, and in no repository. advisory: id, severity, package.
dnf_updates() {
  row manager dnf
  [ "$ME" = 0 ] || { unseen 'upgradable packages' not-permitted 'the lists of dnf that are kept are root’s'; return; }
  dnf='bounded 120 dnf -C -q --setopt=logfilelevel=0' form='%{name}\t%{evr}\t%{arch}\t%{repoid}\n'
  offers=$($dnf repoquery --upgrades --latest-limit=1 --qf "offer\t$form") ||
    { unseen 'upgradable packages' unreadable "$($dnf repoquery --upgrades 2>&1 >/dev/null | head -n 1)"; return; }
  printf '%s\n' "$offers" | grep "^offer$T"
  { printf '%s\n' "$offers"
    $dnf --disableplugin=versionlock --disableexcludes=all repoquery --upgrades --latest-limit=1 --qf "withheld\t$form"; } | awk -F'\t' '
    $1 == "offer" { has[$2 FS $3 FS $4] = 1 } $1 == "withheld" && !(($2 FS $3 FS $4) in has)'
  $dnf updateinfo list --security --updates | awk '{ sev = ""; for (i = 2; i <= NF; i++) {
      if ($i ~ /^(Critical|Important|Moderate|Low)/) { sev = $i; sub(/\/.*/, "", sev) }
      if ($i ~ /-[^-]+-[^-]+\.[a-z0-9_]+$/) print "advisory\t" $1 "\t" sev "\t" $i } }'
  { $dnf --disableplugin=versionlock --disableexcludes=all repoquery --qf "has\t$form"
    bounded 60 rpm --dbpath "$db" -qa --qf 'own\t%{NAME}\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}\t%{ARCH}\n'; } | awk -F'\t' '
    { sub(/^0:/, "", $3) } $1 == "has" { has[$2, $3, $4] = 1 }
    $1 == "own" && $2 != "gpg-pubkey" { n++; if (!(($2, $3, $4) in has)) print "gone\t" $2 "\t" $3 "\t" $4 } END { if (n) print "asked\t" n }'
}
zypper_updates() {
  row manager zypper
  found=$(zypper_asked list-updates) || { unseen 'upgradable packages' unreadable 'zypper list-updates failed'; return; }
  printf '%s\n' "$found" | xml_rows update 'kind!patch' offer name edition arch alias
  zypper_asked list-patches --category security | xml_rows update 'kind=patch' advisory name severity
  found=$(zypper_asked search -s --installed-only --type package) || return
  printf '%s\n' "$found" | grep -c '<solvable .*status="installed"' | sed "s/^/asked$T/"
  printf '%s\n' "$found" | grep 'repository="(System Packages)"' | xml_rows solvable 'status=installed' gone name edition arch
}
zypper_asked() {
  ZYPP_LOGFILE=/dev/null ZYPP_READONLY_HACK=1 bounded 120 zypper --non-interactive --no-refresh --xmlout "$@"
}
# xml_rows ELEMENT ATTRIBUTE=VALUE KIND ATTRIBUTE...: a row for each element whose attribute is (!: is not) so.
xml_rows() {
  tag=$1 only=$2 kind=$3; shift 3
  awk -v tag="$tag" -v only="$only" -v kind="$kind" -v names="$*" '
    function get(a) { if (!match(text, "[ \t]" a "=\"[^\"]*\"")) return ""
      return substr(text, RSTART + length(a) + 3, RLENGTH - length(a) - 4) }
    BEGIN { RS = "<" tag "[ \t]"; m = split(names, wanted, " "); not = index(only, "!"); split(only, c, /[=!]/) }
    NR > 1 { text = " " $0; if ((get(c[1]) == c[2]) == (not > 0)) next
      line = kind; for (i = 1; i <= m; i++) line = line "\t" get(wanted[i]); print line }'
}
apk_updates() {
  row manager apk
  bounded 60 apk --no-network version -l '<' | sed -n -E "s/^([^ ]+)-([0-9][^- ]*(-r[0-9]+)?) +< +([^ ]+).*\$/offer$T\1$T\4$T$T/p"
  names=$(section_apk | cut -f2)
  [ -n "$names" ] || return
  bounded 60 apk --no-network policy $names | awk '
    function flush() { if (version != "" && installed && !offered) print "gone\t" name "\t" version "\t" }
    / policy:$/ { flush(); name = $1; version = ""; n++; next }
    /^  [^ ].*:$/ { flush(); version = $1; sub(/:$/, "", version); installed = offered = 0; next }
    /^    / { if ($1 ~ /lib\/apk\/db\/installed$/) installed = 1; else offered = 1 } END { flush(); if (n) print "asked\t" n }'
}
# Who holds a lock of a package manager now: seen in the kernel's list, never by trying.
locks() {
  for file in /var/lib/dpkg/lock-frontend /var/lib/dpkg/lock /var/lib/apt/lists/lock /var/cache/apt/archives/lock \
    /var/lib/rpm/.rpm.lock /usr/lib/sysimage/rpm/.rpm.lock /lib/apk/db/lock /usr/lib/apk/db/lock; do
    [ -e $file ] || continue
    inode=$(stat -c %i $file)
    awk -v inode="$inode" '{ n = split($6, p, ":") } $2 != "->" && $4 == "WRITE" && p[n] == inode { print $5 }' /proc/locks |
      while read -r pid; do row lock $file "$(cat "/proc/$pid/comm")"; done
  done
  for file in /var/cache/dnf/metadata_lock.pid /var/lib/dnf/rpmdb_lock.pid /run/zypp.pid; do
    [ -s $file ] && [ -d "/proc/$(tr -cd 0-9 <$file)" ] && row lock $file "$(cat "/proc/$(tr -cd 0-9 <$file)/comm")"
  done
}
section_accounts() {
  [ -r /etc/passwd ] || { unseen 'local accounts' not-permitted /etc/passwd; return; }
  [ -r /etc/shadow ] || unseen 'password state and expiry of local accounts' not-permitted /etc/shadow
  awk -F: 'function state(p) { return p == "" ? "none" : p ~ /^[!*]/ ? "locked" : "set" }
    FILENAME == "/etc/group" { name[$3] = $1; n = split($4, m, ","); for (i = 1; i <= n; i++) more[m[i]] = more[m[i]] "," $1; next }
    FILENAME == "/etc/shadow" { pass[$1] = state($2); expires[$1] = $8; next }
    $1 ~ /^[+-]/ { print "unseen\tlocal accounts\tnot-supported\tNIS line in /etc/passwd"; next }
    NF < 7 { print "unseen\tlocal accounts\tinvalid\tline " FNR " of /etc/passwd"; next }
    { p = $2 == "x" ? ($1 in pass ? pass[$1] : "-") : state($2)
      printf "account\t%s\t%s\t%s\t%s\t%s\t%s%s\n", $1, $3, $7, p, expires[$1], ($4 in name ? name[$4] : $4), more[$1] }
  ' $(for file in /etc/group /etc/shadow /etc/passwd; do [ -r $file ] && echo $file; done)
  sed -n -E "s/^(passwd|group|shadow|sudoers):[ $T]*(.*)/nss$T\1$T\2/p" /etc/nsswitch.conf
  patterns=$(awk 'tolower($1) == "authorizedkeysfile" { $1 = ""; gsub(/["=]/, ""); print }' /etc/ssh/sshd_config \
    $(for file in /etc/ssh/sshd_config.d/*.conf; do [ -r "$file" ] && echo "$file"; done) | tr '\n' ' ')
  people | awk -F'\t' -v patterns="${patterns:-.ssh/authorized_keys .ssh/authorized_keys2}" '
    NR == 1001 { print "unseen\tssh keys of accounts\ttruncated\tmore than 1000 accounts" >"/dev/stderr" } NR > 1000 { next }
    { n = split(patterns, p, " "); for (i = 1; i <= n && i < 9; i++) { file = p[i]
        if (file == "none") continue
        gsub(/%u/, $1, file); gsub(/%h/, $2, file); print $1 "\t" (file ~ /^\// ? file : $2 "/" file) } }' 2>&1 |
    bounded 30 sh -c 'while IFS="	" read -r login file rest; do
      if [ "$login" = unseen ]; then printf "unseen\t%s\t%s\n" "$file" "$rest"; continue; fi
      if [ -f "$file" ] && [ -r "$file" ]; then
        awk -v who="$login" "$1" "$file"; continue
      fi
      while [ -n "$file" ] && [ ! -e "$file" ]; do file=${file%/*}; done
      { [ -d "${file:-/}" ] && [ -x "${file:-/}" ]; } || printf "keys-unknown\t%s\n" "$login"
    done' sh '/^[ \t]*#/ { next } { gsub(/"[^"]*"/, "") } /^cert-authority|,cert-authority/ { next }
      { for (i = 1; i <= NF; i++) if ($i ~ /^(sk-)?(ssh-|ecdsa-sha2-)[a-z0-9-]+(@openssh\.com)?$/) { print "key\t" who "\t" $i; next } }' || unseen 'ssh keys of accounts' timeout
}
section_sudo() {
  for dir in /etc/sudoers.d /etc/doas.d; do listable $dir; done
  lines rule /etc/sudoers /etc/sudoers.d/* /etc/doas.conf /etc/doas.d/*.conf
}
section_sockets() {
  set --
  for file in tcp tcp6 udp udp6; do [ -r /proc/net/$file ] && set -- "$@" /proc/net/$file; done
  [ $# -gt 0 ] || { unseen 'listening sockets' not-permitted /proc/net; return; }
  row ephemeral $(cat /proc/sys/net/ipv4/ip_local_port_range)
  socks=$(bounded 20 awk '{ p = FILENAME; sub(/.*\//, "", p) }
    (p ~ /^tcp/ && $4 == "0A") || (p ~ /^udp/ && $4 == "07") { printf "S\t%s\t%s\t%s\t%s\n", p, $2, $8, $10 }' "$@") ||
    unseen 'listening sockets' timeout
  held=$({ printf '%s\n' "$socks"; bounded 20 $LS /proc/[0-9]*/fd; } | awk '
    $1 == "S" { want["socket:[" $5 "]"] = $5; next } /^\/proc\/[0-9]+\/fd:$/ { split($0, p, "/"); next }
    $NF in want { print "H\t" want[$NF] "\t" p[3] }' | sort -u)
  progs=$(programs $(printf '%s\n' "$held" | cut -f3 | sort -u))
  { printf '%s\n%s\n%s\n' "$progs" "$held" "$socks"
    printf '%s\n' "$progs" | awk -F'\t' '$4 == "host" { print $3 }' | sort -u | owners; echo; } | awk -F'\t' '
    $1 == "P" { path[$2] = $3; where[$2] = $4 } $1 == "O" { package[$2] = $3 }
    $1 == "H" { pids[$2] = pids[$2] " " $3 } $1 == "S" { socket[++n] = $2 "\t" $3 "\t" $4; inode[n] = $5 }
    END { for (k = 1; k <= n; k++) { m = split(pids[inode[k]], p, " "); shown = 0
        for (i = 1; i <= m; i++) if (p[i] in path) { shown = 1; x = path[p[i]]
          printf "listen\t%s\t%s\t%s\t%s\n", socket[k], x, (where[p[i]] == "host" ? package[x] : ""), where[p[i]] }
        if (shown) continue
        if (inode[k] == 0) printf "listen\t%s\t\t\tkernel\n", socket[k]
        else { printf "listen\t%s\t\t\tunknown\n", socket[k]; print "unseen\tprograms that listen\tnot-permitted\tof other users, or outside of this container" } } }'
  [ "$(bounded 20 $LS /proc/[0-9]*/ns/net | sed 's/.*-> //' | sort -u | grep -c net:)" -gt 1 ] &&
    unseen 'sockets in other network namespaces' not-supported 'containers have networks of their own'
}
section_sshd() {
  have sshd || { [ -e /etc/ssh/sshd_config ] && unseen 'sshd settings' not-installed sshd; return; }
  listable /etc/ssh/sshd_config.d
  config=$(lines config /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf)
  printf '%s\n' "$config"
  # A daemon started with its own -f or -o does not follow what `sshd -T` says: its arguments are shown, not obeyed.
  for pid in $(bounded 20 $LS -d /proc/[0-9]*/exe | sed -n -E 's,.*/proc/([0-9]+)/exe -> .*/sshd$,\1,p'); do
    { bounded 5 tr '\000' ' ' <"/proc/$pid/cmdline"; echo; } | sed -n -E "s,^(sshd: )?([^ ]*/sshd) ?(.*)(\[listener\].*)?\$,running$T\2 \3,p" |
      sed 's/ *\[listener\].*//; s/ *$//'
  done
  base=$(bounded 10 sshd -T 2>/dev/null)
  [ -n "$base" ] || { unseen 'sshd settings as sshd itself reports them' \
    "$([ "$ME" = 0 ] && echo unreadable || echo not-permitted)" "$(bounded 10 sshd -T 2>&1 >/dev/null | head -n 1)"; return; }
  printf '%s\n' "$base" | sed "s/^\([^ ]*\) \{0,1\}/global$T\1$T/"
  # Without Match every account gets the global settings; an Include of elsewhere may hide one.
  printf '%s\n' "$config" | grep -qiE "^unseen|${T}match[ =]|${T}include +[^/]|${T}include +/etc/ssh/sshd_config\.d/.*[^f]\$|${T}include .* |${T}include +/([^e]|e[^t])" || { row match none; return; }
  inside=$(awk '/\|--/ { a = $2 } /\/32 host LOCAL/ && a !~ /^(127|169\.254)\./ { print a; exit }' /proc/net/fib_trie)
  probes="${inside:-10.0.0.1} 203.0.113.1 $(printf '%s\n' "$config" | sed -n -E "s,.*${T}[Mm][Aa][Tt][Cc][Hh] .*[Aa][Dd][Dd][Rr][Ee][Ss][Ss] +([^ ]*).*,\1,p" |
    tr ',' '\n' | grep -v '[!*?]' | sed 's,/.*,,' | sort -u | head -n 8 | tr '\n' ' ')"
  row probes "${inside:-10.0.0.1}" 203.0.113.1
  port=$(printf '%s\n' "$base" | sed -n 's/^port //p' | head -n 1)
  stop=$(($(date +%s) + 30)) asked=0
  people | cut -f1 | while IFS= read -r login; do
    case $login in *[!A-Za-z0-9._@-]*) unseen 'sshd settings of an account' invalid 'its name holds other characters'; continue ;; esac
    if [ $asked -ge 200 ] || [ "$(date +%s)" -ge $stop ]; then
      unseen 'sshd settings of accounts' truncated "after $asked accounts"; break
    fi
    asked=$((asked + 1))
    for address in $probes; do
      own=$(bounded 5 sshd -T -C "user=$login,host=$address,addr=$address,laddr=${inside:-10.0.0.1},lport=$port" 2>/dev/null)
      [ -n "$own" ] || { unseen 'sshd settings of an account' unreadable "$login from $address"; continue; }
      row asked "$login" "$address"
      { printf '%s\n' "$base"; echo; printf '%s\n' "$own"; } | awk -v who="$login" -v from="$address" '
        /^$/ { second = 1; next } !second { base[$0] = 1; key[$1] = 1; next } { mine[$0] = 1; have[$1] = 1 }
        END { for (x in mine) if (!(x in base)) { k = x; sub(/ .*/, "", k); sub(/^[^ ]* /, "", x); printf "user\t%s\t%s\t%s\t%s\n", who, from, k, x }
          for (k in key) if (!(k in have)) printf "user\t%s\t%s\t%s\t\n", who, from, k }'
    done
  done
}
section_pam() {
  listable /etc/pam.d
  lines pam /etc/pam.d/* /usr/lib/pam.d/* /etc/pam.conf
}
section_restart() {
  for dir in /run /var/run; do
    [ -e $dir/reboot-required ] && row reboot-required
    [ -r $dir/reboot-required.pkgs ] && sed "s/^/reboot-package$T/" $dir/reboot-required.pkgs
  done
  [ "$ME" = 0 ] || unseen 'restarts needed by programs of other users' not-permitted
  stale=$(bounded 30 grep -s ' (deleted)$' /dev/null /proc/[0-9]*/maps | awk '$2 ~ /x/ && match($0, / \/.* \(deleted\)$/) {
    split($1, p, "/"); path = substr($0, RSTART + 1, RLENGTH - 11)
    if (path !~ /^\/(memfd:|dev\/|SYSV|proc\/|run\/|tmp\/|var\/tmp\/|\[|anon_hugepage|i915)/) printf "M\t%s\t%s\n", p[3], path }' | sort -u)
  progs=$(programs $(printf '%s\n' "$stale" | cut -f2 | sort -u))
  paths=$(printf '%s\n%s\n' "$progs" "$stale" | cut -f3 | sort -u)
  owned=$(printf '%s\n' "$paths" | owners)
  { printf '%s\n%s\n%s\n' "$progs" "$stale" "$owned"
    # A library's new version mostly has another name: then its package is that of what stands in its place.
    printf '%s\n' "$paths" | while IFS= read -r path; do
      case $path in *[!A-Za-z0-9/._+:@-]*) ;; /*.so | /*.so.*)
        printf '%s\n' "$owned" | grep -qF "O$T$path$T" || for file in "${path%%.so*}".so*; do [ -e "$file" ] && printf '%s\t%s\n' "$path" "$file"; done ;;
      esac
    done | { beside=$(cat); { printf '%s\n' "$beside"; printf '%s\n' "$beside" | cut -f2 | sort -u | owners; } |
      awk -F'\t' 'NF == 2 && $1 != "" { at[++n] = $1; by[n] = $2 } $1 == "O" { package[$2] = $3 }
        END { for (i = 1; i <= n; i++) if (by[i] in package) print "O\t" at[i] "\t" package[by[i]] }'; }; echo; } | awk -F'\t' '
    $1 == "P" { path[$2] = $3; where[$2] = $4 } $1 == "O" { package[$2] = $3 } $1 == "M" { pid[++n] = $2; file[n] = $3 }
    END { for (k = 1; k <= n; k++) { own = where[pid[k]] == "host"; x = path[pid[k]]
      printf "stale\t%s\t%s\t%s\t%s\t%s\n", x, (own ? package[x] : ""), file[k], (own ? package[file[k]] : ""), where[pid[k]] } }'
}

# ---- push: the check-in says what is new, the server asks for what it lacks; the same again changes nothing.
push() {
  case $url in https://* | http://127.0.0.1:* | http://localhost:*) ;; *) fail '--push wants an https:// URL' ;; esac
  [ -f "$token_file" ] && [ -r "$token_file" ] || fail '--token-file cannot be read'
  [ -n "$SUM" ] || fail 'needs sha256sum, shasum or openssl'
  have curl || fail 'needs curl'
  have base64 || have openssl || fail 'needs base64 or openssl'
  token=$(tr -cd 'A-Za-z0-9._~+/=-' <"$token_file") id=$(host_id | cut -f3)
  case $jitter in '' | *[!0-9]*) jitter=300 ;; esac
  [ "$jitter" -gt 0 ] && sleep $((0x$(printf '%s' "$id-" | sum | cut -c1-4) % jitter))
  offer='' mode=hashes
  for name in $names; do
    read_section "$name"
    eval "text_$name=\$text hash_$name=\$hash"
    offer="$offer,\"$name\":\"$hash\""
  done
  need=$(printf '{"schema":1,"agent":%s,"boot_id":"%s","kernel":"%s","sections":{%s}}' $AGENT \
    "$(plain /proc/sys/kernel/random/boot_id)" "$(plain /proc/sys/kernel/osrelease)" "${offer#,}" |
    send POST /v1/hosts/checkin) || fail 'the check-in failed'
  mode=push
  for name in $(printf '%s' "$need" | tr -d ' \n' | sed -n 's/.*"need":\[\([^]]*\)\].*/\1/p' | tr -d '"' | tr ',' ' '); do
    case " $names " in *" $name "*) ;; *) continue ;; esac
    eval "text=\$text_$name hash=\$hash_$name"
    [ "$hash" = - ] && read_section "$name"
    if have gzip; then encoding=gzip; else encoding=identity; fi
    content=$({ [ -z "$text" ] || printf '%s\n' "$text"; } | { if [ $encoding = gzip ]; then gzip -n; else cat; fi; } |
      { if have base64; then base64; else openssl base64; fi; } | tr -d '\n')
    printf '{"sha256":"%s","encoding":"%s","content":"%s"}' "$hash" $encoding "$content" |
      send PUT "/v1/hosts/sections/$name" >/dev/null || fail "section $name was not taken"
  done
}
plain() { tr -cd 'A-Za-z0-9._+~-' <"$1"; }
# send METHOD PATH: standard input as JSON. The token goes through a pipe: every user sees the arguments of a process,
# and wget takes neither token nor body from anything but a file or its arguments.
send() {
  curl -fsS -X "$1" --max-time 60 --max-redirs 0 -K /dev/fd/3 -H 'Content-Type: application/json' --data-binary @- "$url$2" 3<<END
header = "Authorization: Bearer $token"
END
}

main "$@"
exit
