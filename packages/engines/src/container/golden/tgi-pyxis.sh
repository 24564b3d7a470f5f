#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export API_KEY='{key}'
srun --nodes=1 --ntasks=1 --ntasks-per-node=1 --overlap --unbuffered --kill-on-bad-exit=1 --export=HF_HUB_OFFLINE,TRANSFORMERS_OFFLINE,NOTE,LD_PRELOAD=/opt/lib/x.so,API_KEY,BERTH_LAUNCH,CUDA_VISIBLE_DEVICES,ROCR_VISIBLE_DEVICES,HIP_VISIBLE_DEVICES '--container-image=ghcr.io#huggingface/text-generation-inference:3.3.5' --no-container-mount-home --container-workdir=/berth/models --container-mounts=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6:/berth/models/TinyLlama/TinyLlama-1.1B-Chat-v1.0:ro,/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/blobs:/berth/models/blobs:ro text-generation-launcher --model-id TinyLlama/TinyLlama-1.1B-Chat-v1.0 --hostname 127.0.0.1 --port '{port}' --sharded true --num-shard 2 --max-input-tokens 1024 --max-total-tokens 2048 --max-batch-prefill-tokens 4096 --max-stop-sequences 6 --disable-custom-kernels
