import fc from "fast-check";
import { expect, test } from "vitest";
import { renderTable, type Column } from "./table.ts";
import { textWidth } from "./width.ts";

interface Row {
  readonly id: string;
  readonly model: string;
  readonly created: string;
  readonly brief: string;
}

const columns: readonly Column<Row>[] = [
  { title: "ID", cell: ({ id }) => id },
  { title: "MODEL", cell: ({ model }) => model, shrinkTo: 7 },
  { title: "CREATED", cell: ({ created }) => created, brief: ({ brief }) => brief, expendable: 1 },
];
const rows: readonly Row[] = [
  { id: "fed36739", model: "TinyLlama/TinyLlama-1.1B", created: "7 hours ago", brief: "7h" },
  { id: "97ffde37", model: "berth/pilot", created: "1 min ago", brief: "1m" },
];

const widths: readonly (readonly [fact: string, columns: number | undefined, lines: readonly string[]])[] = [
  [
    "a pipe gets everything",
    undefined,
    [
      "ID         MODEL                      CREATED",
      "fed36739   TinyLlama/TinyLlama-1.1B   7 hours ago",
      "97ffde37   berth/pilot                1 min ago",
    ],
  ],
  [
    "narrower gaps come first",
    47,
    [
      "ID        MODEL                     CREATED",
      "fed36739  TinyLlama/TinyLlama-1.1B  7 hours ago",
      "97ffde37  berth/pilot               1 min ago",
    ],
  ],
  [
    "then brief forms",
    43,
    [
      "ID        MODEL                     CREATED",
      "fed36739  TinyLlama/TinyLlama-1.1B  7h",
      "97ffde37  berth/pilot               1m",
    ],
  ],
  [
    "then the middle of long cells goes",
    31,
    ["ID        MODEL         CREATED", "fed36739  TinyLl…-1.1B  7h", "97ffde37  berth/pilot   1m"],
  ],
  ["then whole columns", 20, ["ID        MODEL", "fed36739  TinyL…1.1B", "97ffde37  berth…ilot"]],
];

test.for(widths)("%s", ([, width, lines]) => {
  expect(renderTable(columns, rows, width)).toEqual(lines);
});

test("no line is wider than the terminal, whatever the cells hold, down to the least a row needs", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 40 });
  const row = fc.record({
    id: fc.string({ maxLength: 8 }),
    model: text,
    created: text,
    brief: fc.constant("1m"),
  });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 18, max: 120 }), (some, width) => {
      for (const line of renderTable(columns, some, width))
        expect(textWidth(line)).toBeLessThanOrEqual(width);
    }),
  );
});

test("a table without rows is its heading", () => {
  expect(renderTable(columns, [], undefined)).toEqual(["ID   MODEL   CREATED"]);
});

test("paint does not shift columns", () => {
  const painted = columns.map((column) => ({ ...column, paint: () => (cell: string) => `<${cell}>` }));
  expect(renderTable(painted, rows.slice(1), undefined)[1]).toBe("<97ffde37>   <berth/pilot>   <1 min ago>");
});

test("a cell cannot move the cursor or break the line", () => {
  const [, line] = renderTable(
    columns,
    [{ id: "a\u001b[2J\u0007", model: "x\ny", created: "", brief: "" }],
    undefined,
  );
  expect(line).toBe("a    x y");
});
