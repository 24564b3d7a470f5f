#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export API_KEY='{key}'
podman run --rm --name 'berth-{launch}' --label 'berth.home={homeId}' --label 'berth.launch={launch}' --cap-drop ALL --security-opt no-new-privileges --security-opt label=disable --shm-size 4096m --pull never --cap-add DAC_OVERRIDE --publish '127.0.0.1:{port}:{port}' --device nvidia.com/gpu=0 --device nvidia.com/gpu=1 --mount type=bind,source=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6,target=/berth/models/TinyLlama/TinyLlama-1.1B-Chat-v1.0,ro=true --mount type=bind,source=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/blobs,target=/berth/models/blobs,ro=true --mount 'type=bind,source=/scratch/a user'\''s $(audio),target=/data/audio,ro=true' --env HF_HUB_OFFLINE --env TRANSFORMERS_OFFLINE --env NOTE --env LD_PRELOAD=/opt/lib/x.so --env API_KEY --env BERTH_LAUNCH --workdir /berth/models --entrypoint text-generation-launcher ghcr.io/huggingface/text-generation-inference:3.3.5 --model-id TinyLlama/TinyLlama-1.1B-Chat-v1.0 --hostname 0.0.0.0 --port '{port}' --sharded true --num-shard 2 --max-input-tokens 1024 --max-total-tokens 2048 --max-batch-prefill-tokens 4096 --max-stop-sequences 6 --disable-custom-kernels
podman rm --force --ignore --time 0 'berth-{launch}'
