#!/usr/bin/env bash
# Imports the objects of `lurewatch kibana export` into a Kibana, and fails unless Kibana says that all went in.
#
#   kibana-import.sh https://kibana.example:5601 KEYFILE objects.ndjson     (a space: …:5601/s/SPACE)
#
# KEYFILE holds an API key (the `encoded` value) and is readable by its owner alone. KIBANA_CA names the PEM file of
# the CA that Kibana's certificate is from, where that is not one the system knows. Ends with 0 when everything was
# imported, 1 when Kibana refused something or cannot be reached, 2 when it was called wrongly.
set -euo pipefail

wrong() {
  echo "kibana-import: $1" >&2
  exit "${2:-2}"
}

[ $# -eq 3 ] || wrong "usage: kibana-import.sh KIBANA_URL KEYFILE objects.ndjson"
url=${1%/} key_file=$2 objects=$3
[[ $url =~ ^https?://[^/@]+(/[^@?#]*)?$ ]] || wrong "not an address without user and password: give https://HOST:PORT"
# Without TLS the key could be read on the way; on this machine it goes no way.
[[ $url =~ ^(https://|http://(127\.0\.0\.1|localhost|\[::1\])([:/]|$)) ]] || wrong "$url is not encrypted: give https://HOST:PORT"
[ -r "$objects" ] && [ -s "$objects" ] || wrong "cannot read $objects, or it is empty"
[ -f "$key_file" ] && [ -r "$key_file" ] || wrong "cannot read the key file $key_file"
wanted=$(grep -c '^{' "$objects") || wrong "$objects holds no objects"
case $(stat -Lc %a "$key_file") in
  *00) ;;
  *) wrong "others can read $key_file; run: chmod 600 $key_file" ;;
esac
key=$(tr -d '[:space:]' <"$key_file")
[[ $key =~ ^[A-Za-z0-9+/=_-]+$ ]] || wrong "$key_file holds no API key"
for tool in curl jq; do
  command -v "$tool" >/dev/null || wrong "$tool is not installed"
done

named=${objects//\\/\\\\}  # curl reads a name between quotation marks
named=${named//\"/\\\"}
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
ca=()
[ -z "${KIBANA_CA:-}" ] || ca=(--cacert "$KIBANA_CA")

# The key goes to curl by its standard input: an argument would show in the list of processes.
status=$(
  printf 'header = "Authorization: ApiKey %s"\n' "$key" |
    curl --config - --silent --show-error --max-time 120 "${ca[@]}" \
      --header 'kbn-xsrf: true' \
      --form "file=@\"$named\";filename=objects.ndjson;type=application/x-ndjson" \
      --output "$answer" --write-out '%{http_code}' \
      "$url/api/saved_objects/_import?overwrite=true"
) || wrong "Kibana at $url cannot be reached" 1

# Kibana answers 200 also where it refused some objects: only its own word counts, and that for every object.
went=$(jq -s --argjson wanted "$wanted" 'map(.success == true and .successCount == $wanted) == [true]' "$answer" \
  2>/dev/null) || went=false
if [ "$went" = true ]; then
  echo "kibana-import: $wanted objects imported"
  exit 0
fi
echo "kibana-import: not imported (HTTP $status)" >&2
told=$(jq -r '
  (.message // empty),
  (select(.success == true) | "only \(.successCount // 0) of the objects went in"),
  (.errors[]? | [
    .type, "\(.id):", .error.type, (.error.references[]? | .type, .id), .error.message // empty
  ] | join(" "))
' "$answer" 2>/dev/null) || told=
echo "${told:-the answer is not that of Kibana}" >&2
exit 1
