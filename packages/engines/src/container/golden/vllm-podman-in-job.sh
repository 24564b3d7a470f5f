#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export VLLM_HOST_IP=127.0.0.1
export VLLM_NO_USAGE_STATS=1
export VLLM_MEDIA_URL_ALLOW_REDIRECTS=0
export VLLM_API_KEY='{key}'
podman --storage-driver overlay --root '{scratch}/storage' --runroot '{scratch}/run' run --rm --name 'berth-{launch}' --label 'berth.home={homeId}' --label 'berth.launch={launch}' --cap-drop ALL --security-opt no-new-privileges --security-opt label=disable --shm-size 1024m --pull missing --cap-add DAC_OVERRIDE --network none --device nvidia.com/gpu=all --mount type=bind,source=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0,target=/berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0,ro=true --mount 'type=bind,source={scratch}/io,target=/berth/io' --env HF_HUB_OFFLINE --env TRANSFORMERS_OFFLINE --env VLLM_HOST_IP --env VLLM_NO_USAGE_STATS --env VLLM_MEDIA_URL_ALLOW_REDIRECTS --env VLLM_API_KEY --env CUDA_VISIBLE_DEVICES --env ROCR_VISIBLE_DEVICES --env HIP_VISIBLE_DEVICES --env BERTH_LAUNCH --entrypoint vllm 'docker-archive:{home}/images/vllm.tar' serve /berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6 --served-model-name TinyLlama/TinyLlama-1.1B-Chat-v1.0 --uds /berth/io/engine.sock --tensor-parallel-size 1 --allowed-media-domains none.invalid
podman --storage-driver overlay --root '{scratch}/storage' --runroot '{scratch}/run' rm --force --ignore --time 0 'berth-{launch}'
podman --storage-driver overlay --root '{scratch}/storage' --runroot '{scratch}/run' unshare sh -c 'umount -l "$0/overlay"; rm -rf "$0"' '{scratch}/storage'
