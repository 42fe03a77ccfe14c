#!/bin/sh
# Makes the secrets of compose.yaml, each in a file of its own: ./secrets, or the folder that is named.
# Never overwrites one: with another master key nothing that was sealed can be read.
set -eu
folder=${1:-secrets}
umask 077
mkdir -p "$folder"
# The folder is closed; its files are not, because in a container they are read by another user than the one who made them.
chmod 700 "$folder"

keep() {
	if [ -s "$folder/$1" ]; then
		cat >/dev/null
		return
	fi
	cat >"$folder/$1.new"
	chmod 444 "$folder/$1.new"
	mv "$folder/$1.new" "$folder/$1"
}

# Hexadecimal, because it becomes part of a URL.
openssl rand -hex 24 | keep postgres-password
printf 'postgres://timbre:%s@postgres:5432/timbre\n' "$(cat "$folder/postgres-password")" | keep database-url
openssl rand -base64 32 | keep master-key
openssl rand -hex 24 | keep admin-key
