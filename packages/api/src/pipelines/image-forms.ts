import type { PipelineField, PipelineForm } from "./pipeline-form.ts";

const images: PipelineField = {
  name: "images",
  aliases: ["image", "args"],
  kind: "images",
  isRequired: true,
  about: "what is looked at",
};

const labels: PipelineField = {
  name: "candidate_labels",
  aliases: ["labels"],
  kind: "labels",
  isRequired: true,
  about: "what it may show",
};

const threshold = (usual: number): PipelineField => ({
  name: "threshold",
  kind: "number",
  about: `what is less likely is left out (${usual})`,
});

const percentage: PipelineField = {
  name: "percentage",
  kind: "flag",
  about: "boxes as parts of the image rather than in pixels (false)",
};

const maxNewTokens: PipelineField = {
  name: "max_new_tokens",
  kind: "count",
  about: "the most tokens it writes",
};

const url = "https://example.com/cat.jpg";
const png = "data:image/png;base64,...";

export const imageForms: readonly PipelineForm[] = [
  {
    task: "image-classification",
    inputs: [images],
    options: [{ name: "top_k", kind: "count", about: "the likeliest labels (5)" }],
    generates: false,
    gives: "for each image a list of labels",
    example: { request: { images: url, top_k: 1 }, answer: [{ label: "tabby cat", score: 0.93 }] },
  },
  {
    task: "image-segmentation",
    inputs: [images],
    options: [
      threshold(0.5),
      { name: "mask_threshold", kind: "number", about: "what of a mask counts (0.5)" },
      { name: "overlap_mask_area_threshold", kind: "number", about: "which overlaps are one (0.8)" },
      { name: "label_ids_to_fuse", kind: "numbers", about: "labels whose pieces are one" },
      {
        name: "subtask",
        kind: "word",
        words: ["panoptic", "instance", "semantic"],
        about: "the first that the model can do",
      },
    ],
    generates: false,
    gives: "for each image a list of parts, each with its mask as a PNG",
    example: { request: { images: url }, answer: [{ label: "cat", score: null, mask: png }] },
  },
  {
    task: "background-removal",
    inputs: [images],
    options: [],
    generates: false,
    gives: "each image as a PNG whose background is see-through",
    example: { request: { images: url }, answer: png },
  },
  {
    task: "object-detection",
    inputs: [images],
    options: [threshold(0.9), percentage],
    generates: false,
    gives: "for each image a list of what is where",
    example: {
      request: { images: url },
      answer: [{ score: 0.99, label: "cat", box: { xmin: 12, ymin: 40, xmax: 310, ymax: 290 } }],
    },
  },
  {
    task: "depth-estimation",
    inputs: [images],
    options: [],
    generates: false,
    gives: "for each image how far each of its pixels is, as numbers and as a PNG",
    example: { request: { images: url }, answer: { predicted_depth: [[0.1, 0.2]], depth: png } },
  },
  {
    task: "image-to-image",
    inputs: [images],
    options: [],
    generates: false,
    gives: "for each image another one, as a PNG",
    example: { request: { images: url }, answer: png },
  },
  {
    task: "image-feature-extraction",
    inputs: [images],
    options: [{ name: "pool", kind: "flag", about: "one vector for each image (false)" }],
    generates: false,
    gives: "for each image its vectors",
    example: { request: { images: url }, answer: [[[0.1, 0.2]]] },
  },
  {
    task: "image-to-text",
    inputs: [images],
    options: [maxNewTokens],
    generates: true,
    gives: "for each image a list with what the model writes about it",
    example: { request: { images: url }, answer: [{ generated_text: "a cat on a mat" }] },
  },
  {
    task: "zero-shot-image-classification",
    inputs: [images, labels],
    options: [
      { name: "hypothesis_template", kind: "text", about: 'with {} for the label ("This is a photo of {}")' },
    ],
    generates: false,
    gives: "for each image the labels with their scores, the likeliest first",
    example: {
      request: { images: url, candidate_labels: ["cat", "dog"] },
      answer: [
        { score: 0.99, label: "cat" },
        { score: 0.01, label: "dog" },
      ],
    },
  },
  {
    task: "zero-shot-object-detection",
    inputs: [images, labels],
    options: [
      threshold(0.1),
      { name: "top_k", kind: "count", about: "the likeliest of them (all)" },
      percentage,
    ],
    generates: false,
    gives: "for each image a list of what is where",
    example: {
      request: { images: url, candidate_labels: ["cat", "mat"] },
      answer: [{ score: 0.8, label: "cat", box: { xmin: 12, ymin: 40, xmax: 310, ymax: 290 } }],
    },
  },
  {
    task: "document-question-answering",
    inputs: [
      { ...images, name: "image", aliases: ["images"] },
      { name: "question", kind: "text", isRequired: true, about: "what is asked of the document" },
    ],
    options: [maxNewTokens],
    generates: true,
    gives: "for each image a list with the answer",
    example: {
      request: { image: "https://example.com/invoice.png", question: "What is the total?" },
      answer: [{ answer: "42.00" }],
    },
  },
];
