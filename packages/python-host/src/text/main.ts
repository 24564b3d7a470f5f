/** Which of its words the program is started with. */
export const main = String.raw`
def end_with_parent(is_leader):
    """Whoever started this holds the other end of standard input; when it is gone, so is this. A leader leaves nothing behind."""
    def wait():
        while os.read(0, 65536):
            pass
        if is_leader:
            shutil.rmtree(os.path.dirname(os.path.abspath(__file__)), ignore_errors=True)
            os.killpg(0, signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    try:
        if command == "check":
            check()
        else:
            tied = os.environ.get("BERTH_HANDLER_TIED")
            if tied is not None:
                end_with_parent(tied == "group")
            {"serve": serve, "contained": contained, "run": run}[command](*words)
    except Refused as error:
        print(error, file=sys.stderr, flush=True)
        sys.exit(REFUSED)
`;
