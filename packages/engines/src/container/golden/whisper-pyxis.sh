#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
srun --nodes=1 --ntasks=1 --ntasks-per-node=1 --overlap --unbuffered --kill-on-bad-exit=1 --export=HF_HUB_OFFLINE,TRANSFORMERS_OFFLINE,NOTE,LD_PRELOAD=/opt/lib/x.so,BERTH_LAUNCH,CUDA_VISIBLE_DEVICES,ROCR_VISIBLE_DEVICES,HIP_VISIBLE_DEVICES '--container-image=ghcr.io#princeton-ddss/speech-recognition-inference:0.1.2' --no-container-mount-home --container-entrypoint --container-mounts=/scratch/cache/models--openai--whisper-large-v3:/berth/models/models--openai--whisper-large-v3:ro -- --model_dir /berth/models --model_id openai/whisper-large-v3 --revision fe8a4ea1ffedaf415f4da2f062534de366a451e6 --host 127.0.0.1 --port '{port}'
