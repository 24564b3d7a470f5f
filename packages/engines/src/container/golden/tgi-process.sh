#!/bin/sh
export HF_HUB_OFFLINE=1
export TRANSFORMERS_OFFLINE=1
export NOTE='two words, "double" '\''single'\'' $(touch x) `y` \ ünï
code'
export LD_PRELOAD=/opt/lib/x.so
export API_KEY='{key}'
text-generation-launcher --model-id /scratch/cache/models--TinyLlama--TinyLlama-1.1B-Chat-v1.0/snapshots/fe8a4ea1ffedaf415f4da2f062534de366a451e6 --hostname 127.0.0.1 --port '{port}' --sharded true --num-shard 2 --max-input-tokens 1024 --max-total-tokens 2048 --max-batch-prefill-tokens 4096 --max-stop-sequences 6 --disable-custom-kernels
