#!/bin/sh
export APPTAINERENV_PYTHONNOUSERSITE=1
export APPTAINERENV_HF_HUB_OFFLINE=1
export APPTAINERENV_TRANSFORMERS_OFFLINE=1
export APPTAINERENV_NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export APPTAINERENV_LD_PRELOAD=/opt/lib/x.so
export APPTAINER_NO_EVAL=1
export SINGULARITY_NO_EVAL=1
export APPTAINERENV_BERTH_LAUNCH="${BERTH_LAUNCH-}"
export APPTAINERENV_CUDA_VISIBLE_DEVICES="${CUDA_VISIBLE_DEVICES-}"
export APPTAINERENV_ROCR_VISIBLE_DEVICES="${ROCR_VISIBLE_DEVICES-}"
export APPTAINERENV_HIP_VISIBLE_DEVICES="${HIP_VISIBLE_DEVICES-}"
apptainer run --cleanenv --contain --workdir '{scratch}/work' --nv --mount type=bind,source=/scratch/cache/models--openai--whisper-large-v3,target=/berth/models/models--openai--whisper-large-v3,ro --mount 'type=bind,source=/scratch/a user'\''s $(audio),target=/data/audio,ro' /scratch/cache/images/engine.sif --model_dir /berth/models --model_id openai/whisper-large-v3 --revision fe8a4ea1ffedaf415f4da2f062534de366a451e6 --host 127.0.0.1 --port '{port}'
