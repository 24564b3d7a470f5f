#!/bin/sh
export APPTAINERENV_PYTHONNOUSERSITE=1
export APPTAINERENV_HF_HUB_OFFLINE=1
export APPTAINERENV_TRANSFORMERS_OFFLINE=1
export APPTAINERENV_VLLM_HOST_IP=127.0.0.1
export APPTAINERENV_VLLM_NO_USAGE_STATS=1
export APPTAINERENV_VLLM_MEDIA_URL_ALLOW_REDIRECTS=0
export APPTAINERENV_NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export APPTAINERENV_LD_PRELOAD=/opt/lib/x.so
export APPTAINERENV_VLLM_API_KEY='{key}'
export APPTAINER_NO_EVAL=1
export SINGULARITY_NO_EVAL=1
export APPTAINERENV_BERTH_LAUNCH="${BERTH_LAUNCH-}"
export APPTAINERENV_CUDA_VISIBLE_DEVICES="${CUDA_VISIBLE_DEVICES-}"
export APPTAINERENV_ROCR_VISIBLE_DEVICES="${ROCR_VISIBLE_DEVICES-}"
export APPTAINERENV_HIP_VISIBLE_DEVICES="${HIP_VISIBLE_DEVICES-}"
apptainer exec --cleanenv --contain --workdir '{scratch}/work' --nv --mount type=bind,source=/scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0,target=/berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0,ro --mount 'type=bind,source=/scratch/a user'\''s $(audio),target=/data/audio,ro' --mount 'type=bind,source={scratch}/io,target=/berth/io' /scratch/cache/images/engine.sif vllm serve /berth/models/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6 --served-model-name TinyLlama/TinyLlama-1.1B-Chat-v1.0 --uds /berth/io/engine.sock --tensor-parallel-size 2 --max-model-len 2048 --max-num-seqs 64 --trust-remote-code --allowed-media-domains none.invalid --dtype half
