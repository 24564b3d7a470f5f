#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export LD_PRELOAD=/opt/lib/x.so
speech_recognition_launcher --model_dir /scratch/cache --model_id openai/whisper-large-v3 --revision fe8a4ea1ffedaf415f4da2f062534de366a451e6 --host 127.0.0.1 --port '{port}'
