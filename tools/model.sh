#!/usr/bin/env bash
# Trains the model that comes with the code, where the corpus or the code it depends on has changed.
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=$(cat classifiers/corpus/*.jsonl classifiers/*.py classifiers/*.txt core/text.py core/contacts.py requirements/run.txt 2>/dev/null | sha256sum | cut -c1-16)
if [ -f build/model/.from ] && [ "$(cat build/model/.from)" = "$wanted" ]; then exit 0; fi
echo "训练模型 ／ training the model"
.venv/bin/lurewatch train --out build/model >/dev/null
echo "$wanted" >build/model/.from
