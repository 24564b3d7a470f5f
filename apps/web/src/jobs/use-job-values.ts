import type { Job } from "@berth/api";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { client } from "../api/client.ts";
import { failureOf } from "../api/failure.ts";
import { queryKeys } from "../api/queries.ts";
import { noValues, restarted, withValue, type JobValues } from "./job-values.ts";

const retryMs = 2000;

/** What a job yields, as it comes, from its first value on. After a loss it goes on behind the last one. */
export function useJobValues({ id, attempts }: Pick<Job, "id" | "attempts">): {
  values: JobValues;
  trouble: string | undefined;
} {
  const queries = useQueryClient();
  const [values, setValues] = useState<JobValues>(noValues);
  const [trouble, setTrouble] = useState<string>();
  // a job that is tried once more after its end yields anew
  const isFresh = attempts === 0;
  useEffect(() => {
    const leave = new AbortController();
    void (async () => {
      let all = noValues;
      while (!leave.signal.aborted) {
        try {
          const query = { after: all.heard };
          for await (const event of client.streamJob({ params: { id }, query, signal: leave.signal })) {
            setTrouble(undefined);
            switch (event.type) {
              case "value":
                all = withValue(all, event.value);
                setValues(all);
                break;
              case "restart":
                all = restarted(all);
                setValues(all);
                break;
              case "progress":
                queries.setQueryData<Job>([...queryKeys.jobs, "one", id], (job) =>
                  job === undefined ? job : { ...job, progress: event.progress, status: event.status },
                );
                break;
              case "end":
                queries.setQueryData<Job>([...queryKeys.jobs, "one", id], event.job);
                return;
            }
          }
        } catch (error) {
          if (leave.signal.aborted) return;
          setTrouble(failureOf(error).message);
        }
        await new Promise((resolve) => setTimeout(resolve, retryMs));
      }
    })();
    return () => leave.abort(new Error("the job is not looked at any more"));
  }, [id, isFresh, queries]);
  return { values, trouble };
}
