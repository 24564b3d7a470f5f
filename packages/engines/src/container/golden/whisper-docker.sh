#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
docker run --init --rm --name 'berth-{launch}' --label 'berth.home={homeId}' --label 'berth.launch={launch}' --cap-drop ALL --security-opt no-new-privileges --security-opt label=disable --shm-size 2048m --pull never --user '{uid}:{gid}' --env HOME=/tmp --env USER=berth --publish '127.0.0.1:{port}:{port}' --gpus 2 --mount type=bind,source=/scratch/cache/models--openai--whisper-large-v3,target=/berth/models/models--openai--whisper-large-v3,readonly --mount 'type=bind,source=/scratch/a user'\''s $(audio),target=/data/audio,readonly' --env HF_HUB_OFFLINE --env TRANSFORMERS_OFFLINE --env NOTE --env LD_PRELOAD=/opt/lib/x.so --env BERTH_LAUNCH ghcr.io/princeton-ddss/speech-recognition-inference:0.1.2 --model_dir /berth/models --model_id openai/whisper-large-v3 --revision fe8a4ea1ffedaf415f4da2f062534de366a451e6 --host 0.0.0.0 --port '{port}'
docker rm --force --volumes 'berth-{launch}'
