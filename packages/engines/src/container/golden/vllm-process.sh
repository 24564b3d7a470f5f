#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export VLLM_HOST_IP=127.0.0.1
export VLLM_NO_USAGE_STATS=1
export VLLM_MEDIA_URL_ALLOW_REDIRECTS=0
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export LD_PRELOAD=/opt/lib/x.so
export VLLM_API_KEY='{key}'
vllm serve /scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6 --served-model-name TinyLlama/TinyLlama-1.1B-Chat-v1.0 --uds '{socket}' --tensor-parallel-size 2 --max-model-len 2048 --max-num-seqs 64 --trust-remote-code --allowed-media-domains none.invalid --dtype half
