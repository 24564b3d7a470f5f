#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export VLLM_HOST_IP=127.0.0.1
export VLLM_NO_USAGE_STATS=1
export VLLM_MEDIA_URL_ALLOW_REDIRECTS=0
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export VLLM_API_KEY='{key}'
srun --nodes=1 --ntasks=1 --ntasks-per-node=1 --overlap --unbuffered --kill-on-bad-exit=1 --export=HF_HUB_OFFLINE,TRANSFORMERS_OFFLINE,VLLM_HOST_IP,VLLM_NO_USAGE_STATS,VLLM_MEDIA_URL_ALLOW_REDIRECTS,NOTE,LD_PRELOAD=/opt/lib/x.so,VLLM_API_KEY,BERTH_LAUNCH,CUDA_VISIBLE_DEVICES,ROCR_VISIBLE_DEVICES,HIP_VISIBLE_DEVICES --container-image=vllm/vllm-openai:v0.20.0 --no-container-mount-home '--container-mounts=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0:/berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0:ro,{scratch}/io:/berth/io' vllm serve /berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6 --served-model-name TinyLlama/TinyLlama-1.1B-Chat-v1.0 --uds /berth/io/engine.sock --tensor-parallel-size 2 --max-model-len 2048 --max-num-seqs 64 --trust-remote-code --allowed-media-domains none.invalid --dtype half
