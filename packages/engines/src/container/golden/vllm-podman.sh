#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export VLLM_HOST_IP=127.0.0.1
export VLLM_NO_USAGE_STATS=1
export VLLM_MEDIA_URL_ALLOW_REDIRECTS=0
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export VLLM_API_KEY='{key}'
podman run --rm --name 'berth-{launch}' --label 'berth.home={homeId}' --label 'berth.launch={launch}' --cap-drop ALL --security-opt no-new-privileges --security-opt label=disable --shm-size 2048m --pull never --cap-add DAC_OVERRIDE --network none --device nvidia.com/gpu=0 --device nvidia.com/gpu=1 --mount type=bind,source=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0,target=/berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0,ro=true --mount 'type=bind,source=/scratch/a user'\''s $(audio),target=/data/audio,ro=true' --mount 'type=bind,source={scratch}/io,target=/berth/io' --env HF_HUB_OFFLINE --env TRANSFORMERS_OFFLINE --env VLLM_HOST_IP --env VLLM_NO_USAGE_STATS --env VLLM_MEDIA_URL_ALLOW_REDIRECTS --env NOTE --env LD_PRELOAD=/opt/lib/x.so --env VLLM_API_KEY --env BERTH_LAUNCH --entrypoint vllm vllm/vllm-openai:v0.20.0 serve /berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6 --served-model-name TinyLlama/TinyLlama-1.1B-Chat-v1.0 --uds /berth/io/engine.sock --tensor-parallel-size 2 --max-model-len 2048 --max-num-seqs 64 --trust-remote-code --allowed-media-domains none.invalid --dtype half
podman rm --force --ignore --time 0 'berth-{launch}'
