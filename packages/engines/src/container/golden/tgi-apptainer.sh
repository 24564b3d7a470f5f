#!/bin/sh
export APPTAINERENV_PYTHONNOUSERSITE=1
export APPTAINERENV_HF_HUB_OFFLINE=1
export APPTAINERENV_TRANSFORMERS_OFFLINE=1
export APPTAINERENV_NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export APPTAINERENV_LD_PRELOAD=/opt/lib/x.so
export APPTAINERENV_API_KEY='{key}'
export APPTAINER_NO_EVAL=1
export SINGULARITY_NO_EVAL=1
export APPTAINERENV_BERTH_LAUNCH="${BERTH_LAUNCH-}"
export APPTAINERENV_CUDA_VISIBLE_DEVICES="${CUDA_VISIBLE_DEVICES-}"
export APPTAINERENV_ROCR_VISIBLE_DEVICES="${ROCR_VISIBLE_DEVICES-}"
export APPTAINERENV_HIP_VISIBLE_DEVICES="${HIP_VISIBLE_DEVICES-}"
apptainer exec --cleanenv --contain --workdir '{scratch}/work' --nv --pwd /berth/models --mount type=bind,source=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6,target=/berth/models/TinyLlama/TinyLlama-1.1B-Chat-v1.0,ro --mount type=bind,source=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/blobs,target=/berth/models/blobs,ro --mount 'type=bind,source=/scratch/a user'\''s $(audio),target=/data/audio,ro' /scratch/cache/images/engine.sif text-generation-launcher --model-id TinyLlama/TinyLlama-1.1B-Chat-v1.0 --hostname 127.0.0.1 --port '{port}' --sharded true --num-shard 2 --max-input-tokens 1024 --max-total-tokens 2048 --max-batch-prefill-tokens 4096 --max-stop-sequences 6 --disable-custom-kernels
