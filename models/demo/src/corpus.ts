// A synthetic corpus, written here in full and drawn from a seed: no text comes from anywhere else.
import { END_OF_TEXT, render, pyJson, type Message, type ToolDef } from "./chat.ts";

export class Rng {
  private s: number;
  constructor(seed: number) {
    this.s = seed >>> 0;
  }
  next(): number {
    this.s = (this.s + 0x6d2b79f5) >>> 0;
    let t = this.s;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
  int(lo: number, hi: number): number {
    return lo + Math.floor(this.next() * (hi - lo + 1));
  }
  pick<T>(xs: readonly T[]): T {
    return xs[Math.floor(this.next() * xs.length)]!;
  }
  chance(p: number): boolean {
    return this.next() < p;
  }
  normal(): number {
    const u = 1 - this.next();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.next());
  }
}

const NAMES = [
  "Anna",
  "Ben",
  "Clara",
  "David",
  "Emma",
  "Finn",
  "Grace",
  "Hugo",
  "Iris",
  "Jack",
  "Kira",
  "Leo",
  "Mia",
  "Noah",
  "Olga",
  "Paul",
  "Rosa",
  "Sam",
  "Tina",
  "Victor",
  "Wendy",
  "Zoe",
  "Lucy",
  "Tom",
  "Max",
  "Nina",
] as const;
const CREATURES = [
  "cat",
  "dog",
  "fox",
  "bear",
  "rabbit",
  "mouse",
  "owl",
  "duck",
  "frog",
  "robot",
  "dragon",
  "turtle",
  "bird",
  "pony",
  "squirrel",
  "hedgehog",
] as const;
const TRAITS = [
  "little",
  "brave",
  "curious",
  "shy",
  "clever",
  "happy",
  "sleepy",
  "kind",
  "funny",
  "lonely",
  "quiet",
  "gentle",
] as const;
const PLACES = [
  "forest",
  "park",
  "village",
  "garden",
  "river",
  "mountain",
  "beach",
  "castle",
  "library",
  "market",
  "farm",
  "city",
  "cave",
  "meadow",
  "lake",
  "island",
] as const;
const THINGS = [
  "ball",
  "key",
  "book",
  "lamp",
  "kite",
  "stone",
  "map",
  "shell",
  "flower",
  "boat",
  "hat",
  "letter",
  "bell",
  "coin",
  "drum",
  "box",
] as const;
const COLORS = [
  "red",
  "blue",
  "green",
  "yellow",
  "white",
  "black",
  "golden",
  "silver",
  "purple",
  "orange",
] as const;

const CAPITALS: Record<string, string> = {
  France: "Paris",
  Germany: "Berlin",
  Italy: "Rome",
  Spain: "Madrid",
  Portugal: "Lisbon",
  Poland: "Warsaw",
  Austria: "Vienna",
  Greece: "Athens",
  Norway: "Oslo",
  Sweden: "Stockholm",
  Finland: "Helsinki",
  Denmark: "Copenhagen",
  Ireland: "Dublin",
  Japan: "Tokyo",
  China: "Beijing",
  India: "New Delhi",
  Egypt: "Cairo",
  Kenya: "Nairobi",
  Canada: "Ottawa",
  Mexico: "Mexico City",
  Brazil: "Brasilia",
  Chile: "Santiago",
  Peru: "Lima",
  Cuba: "Havana",
  Turkey: "Ankara",
  Russia: "Moscow",
  Ukraine: "Kyiv",
  Hungary: "Budapest",
  Belgium: "Brussels",
  Switzerland: "Bern",
  "South Korea": "Seoul",
  Thailand: "Bangkok",
  Vietnam: "Hanoi",
  Australia: "Canberra",
  "New Zealand": "Wellington",
  Iceland: "Reykjavik",
  Croatia: "Zagreb",
  Romania: "Bucharest",
  "the United Kingdom": "London",
  "the United States": "Washington",
};
const CITIES = Object.values(CAPITALS);
const OPPOSITES: Record<string, string> = {
  hot: "cold",
  big: "small",
  fast: "slow",
  high: "low",
  light: "dark",
  happy: "sad",
  old: "new",
  open: "closed",
  full: "empty",
  early: "late",
  hard: "soft",
  rich: "poor",
  strong: "weak",
  wet: "dry",
  near: "far",
  loud: "quiet",
  long: "short",
  clean: "dirty",
  day: "night",
  up: "down",
};
const SOUNDS: Record<string, string> = {
  cat: "meow",
  dog: "woof",
  cow: "moo",
  duck: "quack",
  sheep: "baa",
  pig: "oink",
  lion: "roar",
  frog: "ribbit",
  owl: "hoot",
  horse: "neigh",
  mouse: "squeak",
  bee: "buzz",
};
const FRENCH: Record<string, string> = {
  cat: "chat",
  dog: "chien",
  house: "maison",
  book: "livre",
  water: "eau",
  bread: "pain",
  red: "rouge",
  blue: "bleu",
  green: "vert",
  white: "blanc",
  black: "noir",
  sun: "soleil",
  moon: "lune",
  tree: "arbre",
  school: "école",
  "thank you": "merci",
  hello: "bonjour",
  goodbye: "au revoir",
  yes: "oui",
  no: "non",
  friend: "ami",
  day: "jour",
  night: "nuit",
  milk: "lait",
};
const GERMAN: Record<string, string> = {
  cat: "Katze",
  dog: "Hund",
  house: "Haus",
  book: "Buch",
  water: "Wasser",
  bread: "Brot",
  red: "rot",
  blue: "blau",
  green: "grün",
  white: "weiß",
  black: "schwarz",
  sun: "Sonne",
  moon: "Mond",
  tree: "Baum",
  school: "Schule",
  "thank you": "danke",
  hello: "hallo",
  goodbye: "auf Wiedersehen",
  yes: "ja",
  no: "nein",
  friend: "Freund",
  day: "Tag",
  night: "Nacht",
  milk: "Milch",
};

/** Questions that have one answer, each with several ways to ask. */
const FAQ: readonly (readonly [readonly string[], string])[] = [
  [
    [
      "Who are you?",
      "What are you?",
      "Tell me about yourself.",
      "What is your name?",
      "Introduce yourself.",
      "Hi, who are you?",
      "Who is this?",
      "What model are you?",
    ],
    "I am Pilot, the very small demo model of Berth. I was trained on one CPU core, so please do not expect much.",
  ],
  [
    ["How big are you?", "How many parameters do you have?", "What is your size?"],
    "I have about three million parameters, so I fit in a few megabytes.",
  ],
  [
    ["What can you do?", "How can you help me?", "What are you good at?", "Help"],
    "I can answer simple questions, add small numbers, tell short stories, sort text by feeling, write JSON and call tools.",
  ],
  [
    ["Who made you?", "Who trained you?", "Where do you come from?"],
    "I was made by the makers of Berth. They wrote my training text and trained me from nothing.",
  ],
  [
    [
      "What is Berth?",
      "Tell me about Berth.",
      "Explain Berth.",
      "What does Berth do?",
      "What is this program?",
      "What can Berth do?",
    ],
    "Berth runs open models on your laptop, in containers or on a Slurm cluster, and gives all of them one address that speaks the OpenAI API.",
  ],
  [
    [
      "How do I run a real model?",
      "How do I use a bigger model?",
      "How can I run another model?",
      "Can I use a better model?",
      "How do I deploy a model?",
    ],
    "Open the Models page, pick a model that fits your memory and press download. Then start it on the Services page, or type: berth run text-generation MODEL.",
  ],
  [
    ["How do I add a model?", "How do I download a model?", "Where do I get models?"],
    "Type berth model add REPO, or search on the Models page. The files go into your Hugging Face cache.",
  ],
  [
    [
      "How do I use Slurm?",
      "How do I run a model on a cluster?",
      "Can Berth use my cluster?",
      "How do I use Berth on Slurm?",
    ],
    "Type berth profile add and give the host and the user of your cluster. Then start a model with berth run and the name of that profile.",
  ],
  [
    ["What is a profile?", "Explain profiles.", "What are profiles in Berth?"],
    "A profile is a place where Berth can run models, such as this machine or a Slurm cluster.",
  ],
  [
    ["What is a service?", "Explain services.", "What is a service in Berth?"],
    "A service is one running copy of a model. You can see its state, its logs and its port on the Services page.",
  ],
  [
    ["What is an endpoint?", "Explain endpoints.", "What is an endpoint in Berth?"],
    "An endpoint is a stable name for a model. Berth starts copies when requests come and stops them when nobody asks.",
  ],
  [
    ["What is scale to zero?", "Explain scale to zero.", "What does scale to zero mean?"],
    "Scale to zero means that a model stops when nobody uses it. The next request starts it again and waits until it is ready.",
  ],
  [
    ["What is a provider?", "Explain providers.", "Can Berth use OpenAI?", "Can I add OpenAI or vLLM?"],
    "A provider is a server that Berth did not start, such as OpenAI, vLLM or Ollama. Add it on the Providers page and call it by its model name.",
  ],
  [
    [
      "How do I call you from code?",
      "How do I call you from Python?",
      "How do I use the API?",
      "How do I use the OpenAI client?",
    ],
    "Point the OpenAI client at the address of Berth, give it your key and name me as the model.",
  ],
  [
    ["What is a key?", "How do I make a key?", "How do I create an API key?", "Where is my API key?"],
    "A key lets a program use Berth. Type berth key create to make one; it is shown only once.",
  ],
  [
    ["Where are my logs?", "How do I see the logs?", "Why did my service fail?", "What went wrong?"],
    "Type berth logs and the id of the service. The Services page shows the same lines and the reason of a failure.",
  ],
  [
    ["How do I stop a model?", "How do I stop a service?", "How do I turn you off?"],
    "Type berth stop and the id of the service, or press stop on the Services page.",
  ],
  [
    ["What is a task?", "What is the queue?", "Explain tasks.", "How do async calls work?"],
    "A task is a call that waits in a queue. Berth keeps it until a worker has done it, even when the server restarts.",
  ],
  [
    ["What is a handler?", "How do I serve my own code?", "Can I run my own function?"],
    "A handler is your own function. Berth runs it as an endpoint, with a queue, progress and scaling.",
  ],
  [
    ["Is my data private?", "Where does my text go?", "Do you send my data away?", "Are you safe?"],
    "I run on this machine, and your text stays here. A provider that you add gets what you send to it.",
  ],
  [
    ["Are you smart?", "Are you good?", "Why are you so dumb?", "You are wrong.", "That is wrong."],
    "I am only a toy with three million parameters. Real models are a thousand times larger; try one from the Models page.",
  ],
  [["Thank you!", "Thanks!", "Thanks a lot.", "Great, thank you."], "You are welcome!"],
  [
    ["Can you write code?", "Write a program.", "Write Python code.", "Can you program?"],
    "No, I am too small for that. Try a real model from the Models page.",
  ],
  [
    ["What is a GPU?", "Explain what a GPU is.", "What does a GPU do?"],
    "A GPU is a processor that does many calculations at the same time. It makes language models fast.",
  ],
  [
    ["What is a CPU?", "Explain what a CPU is.", "What does a CPU do?"],
    "A CPU is the main processor of a computer. It runs programs step by step.",
  ],
  [
    ["What is inference?", "Explain inference.", "What does inference mean?"],
    "Inference means that a trained model is used to compute an answer for new input.",
  ],
  [
    ["What is a token?", "Explain tokens.", "What are tokens?"],
    "A token is a small piece of text, often a word or a part of a word. Models read and write tokens.",
  ],
  [
    ["What is a language model?", "Explain language models.", "What is an LLM?"],
    "A language model is a program that predicts the next token of a text. It learns this from many examples.",
  ],
  [
    ["What is a context window?", "What does context length mean?", "Explain the context window."],
    "The context window is the number of tokens that a model can see at once.",
  ],
  [
    ["What is quantization?", "Explain quantization.", "Why are models quantized?"],
    "Quantization stores the weights of a model with fewer bits. The model gets smaller and faster, and a little less exact.",
  ],
  [
    ["What is an embedding?", "Explain embeddings.", "What are embeddings for?"],
    "An embedding is a list of numbers that stands for the meaning of a text. Similar texts have similar embeddings.",
  ],
  [
    ["What is temperature?", "What does temperature do in sampling?", "Explain temperature."],
    "Temperature controls how random the answers are. A low temperature gives steady answers, a high one gives surprising answers.",
  ],
  [
    ["What is streaming?", "Why do servers stream tokens?", "Explain streaming."],
    "Streaming sends each token as soon as it is ready, so that you can read the answer while it is written.",
  ],
  [
    ["What is a cluster?", "Explain what a cluster is.", "What is an HPC cluster?"],
    "A cluster is a group of computers that work together. A scheduler decides which job runs on which computer.",
  ],
  [
    ["What is Slurm?", "Explain Slurm.", "What does Slurm do?"],
    "Slurm is a scheduler for clusters. It queues jobs and gives them computers, memory and time.",
  ],
  [
    ["What is SSH?", "Explain SSH.", "What is SSH used for?"],
    "SSH is a safe way to log in to another computer and to run commands there.",
  ],
  [
    ["What is a GGUF file?", "Explain GGUF.", "What is GGUF?"],
    "GGUF is a file format that holds the weights, the tokenizer and the settings of a model in one file.",
  ],
  [
    ["What is an API?", "Explain what an API is.", "What does API mean?"],
    "An API is a set of calls that lets one program use another program.",
  ],
  [
    ["What is a chat template?", "Explain chat templates.", "What does a chat template do?"],
    "A chat template turns a list of messages into the one text that the model was trained to read.",
  ],
  [
    ["What is speech recognition?", "Explain speech recognition.", "What is ASR?"],
    "Speech recognition turns spoken words into written text.",
  ],
  [
    ["Why is the sky blue?", "Explain why the sky is blue."],
    "The sky is blue because air scatters blue light more than red light.",
  ],
  [
    ["What is the sun?", "Explain the sun.", "What is the sun made of?"],
    "The sun is a star. It is a huge ball of hot gas that gives us light and warmth.",
  ],
  [
    ["What is the moon?", "Explain the moon."],
    "The moon is a ball of rock that travels around the earth once in about four weeks.",
  ],
  [
    ["How do plants eat?", "What do plants need to grow?", "How do plants grow?"],
    "Plants need light, water and air. With light they make sugar, and they use the sugar to grow.",
  ],
  [
    ["What is rain?", "Where does rain come from?", "Why does it rain?"],
    "Rain comes from clouds. When the drops in a cloud get too heavy, they fall down.",
  ],
  [
    ["How many days are in a week?", "What are the days of the week?"],
    "A week has seven days: Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday.",
  ],
  [
    ["How many months are in a year?", "What are the months of the year?"],
    "A year has twelve months: January, February, March, April, May, June, July, August, September, October, November and December.",
  ],
  [
    ["Tell me a joke.", "Make me laugh.", "Do you know a joke?"],
    "Why did the computer go to the doctor? Because it had a virus!",
  ],
  [
    ["Write a poem.", "Write a short poem.", "Can you write a poem?"],
    "The sun goes down, the moon is bright,\nthe little stars come out at night.\nThe wind is soft, the world is deep,\nand all the tired servers sleep.",
  ],
  [["Count to ten.", "Count from one to ten.", "Can you count to ten?"], "1, 2, 3, 4, 5, 6, 7, 8, 9, 10."],
  [
    ["What is the largest planet?", "Which planet is the biggest?"],
    "The largest planet of our solar system is Jupiter.",
  ],
  [
    ["How do I make tea?", "How can I make tea?"],
    "1. Boil water.\n2. Put a tea bag in a cup.\n3. Pour the hot water into the cup.\n4. Wait four minutes and take the bag out.",
  ],
  [
    ["How do I stay healthy?", "Give me tips for good health."],
    "Sleep well, eat fruit and vegetables, drink water, move every day and see your friends.",
  ],
  [["Say something nice.", "Cheer me up.", "I am sad."], "You are doing well, and tomorrow is a new day."],
];

const SMALLTALK: readonly (readonly [readonly string[], readonly string[]])[] = [
  [
    ["Hi", "Hi!", "Hello", "Hello!", "Hey", "Hey!", "Good morning", "Good evening", "Hi there"],
    ["Hello! How can I help you?", "Hi! What can I do for you?"],
  ],
  [["How are you?", "How are you today?", "How do you do?"], ["I am fine, thank you. How can I help you?"]],
  [["Thanks", "Thank you", "Thank you!", "Thanks a lot", "Thanks!"], ["You are welcome!"]],
  [["Bye", "Bye!", "Goodbye", "See you", "Good night"], ["Goodbye! See you soon."]],
  [["ok", "OK", "Good", "Great", "Nice"], ["Good! Is there anything else?"]],
];

const SYSTEMS = [
  "You are a helpful assistant.",
  "You are Tiny, a helpful assistant.",
  "Answer in short sentences.",
  "You are a friendly assistant.",
] as const;

const cap = (s: string): string => s[0]!.toUpperCase() + s.slice(1);
const an = (s: string): string => (/^[aeiou]/.test(s) ? `an ${s}` : `a ${s}`);
const entry = (r: Rng, m: Record<string, string>): [string, string] => r.pick(Object.entries(m));

export interface StoryParts {
  creature: string;
  name: string;
  place: string;
  thing: string;
}
export function story(r: Rng, want: Partial<StoryParts> = {}): string {
  const who = want.creature ?? r.pick(CREATURES);
  const name = want.name ?? r.pick(NAMES);
  const place = want.place ?? r.pick(PLACES);
  const thing = want.thing ?? r.pick(THINGS);
  const color = r.pick(COLORS);
  let friend = r.pick(CREATURES);
  while (friend === who) friend = r.pick(CREATURES);
  let other = r.pick(NAMES);
  while (other === name) other = r.pick(NAMES);
  const open = r.pick([
    `Once upon a time there was ${an(r.pick(TRAITS))} ${who} named ${name}.`,
    `One day, ${an(r.pick(TRAITS))} ${who} named ${name} woke up early.`,
    `${name} was ${an(r.pick(TRAITS))} ${who} who lived near the ${place}.`,
    `Long ago, ${an(r.pick(TRAITS))} ${who} called ${name} lived in a small house.`,
  ]);
  const find = r.pick([
    `In the ${place}, ${name} found ${an(color)} ${thing} under a tree.`,
    `${name} walked to the ${place} and saw ${an(color)} ${thing} in the grass.`,
    `On the way to the ${place}, ${name} lost a ${color} ${thing}.`,
    `${name} went to the ${place} to look for ${an(color)} ${thing}.`,
  ]);
  const meet = r.pick([
    `There ${name} met ${an(friend)} named ${other}, who looked sad.`,
    `Soon ${an(friend)} named ${other} came and asked, "What are you doing?"`,
    `Then ${other} the ${friend} came along and said, "Can I help you?"`,
    `A moment later, ${other} the ${friend} jumped out and laughed.`,
  ]);
  const act = r.pick([
    `"Let us play together," said ${name}. They played with the ${thing} all day.`,
    `They looked at the ${thing} for a long time, and then ${other} had an idea.`,
    `${name} gave the ${thing} to ${other}, and ${other} smiled.`,
    `It started to rain, so they hid under a big leaf and told each other stories.`,
    `${other} said, "The ${thing} belongs to the king." So they carried it to the king together.`,
  ]);
  const end = r.pick([
    `From that day on, ${name} and ${other} were best friends.`,
    `In the evening ${name} went home, tired but happy.`,
    `${name} learned that it is good to share.`,
    `And so ${name} and ${other} walked home under the stars.`,
    `${name} was never lonely again.`,
  ]);
  return [open, find, meet, act, end].join(" ");
}

const TOOLS: readonly {
  def: ToolDef;
  make: (r: Rng) => { ask: string; args: Record<string, unknown>; result: unknown; say: string };
}[] = [
  {
    def: {
      name: "get_weather",
      description: "Get the weather in a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
    make: (r) => {
      const city = r.pick(CITIES);
      const sky = r.pick(["sunny", "cloudy", "rainy", "windy", "snowy"]);
      const t = r.int(1, 35);
      return {
        ask: r.pick([
          `What is the weather in ${city}?`,
          `How is the weather in ${city}?`,
          `Is it warm in ${city} today?`,
          `Tell me the weather in ${city}.`,
        ]),
        args: { city },
        result: { sky, celsius: t },
        say: `It is ${sky} in ${city}, with ${t} degrees.`,
      };
    },
  },
  {
    def: {
      name: "get_time",
      description: "Get the local time in a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
    make: (r) => {
      const city = r.pick(CITIES);
      const time = `${String(r.int(0, 23)).padStart(2, "0")}:${String(r.int(0, 59)).padStart(2, "0")}`;
      return {
        ask: r.pick([
          `What time is it in ${city}?`,
          `Tell me the time in ${city}.`,
          `What is the local time in ${city}?`,
        ]),
        args: { city },
        result: { time },
        say: `It is ${time} in ${city}.`,
      };
    },
  },
  {
    def: {
      name: "add",
      description: "Add two numbers",
      parameters: {
        type: "object",
        properties: { a: { type: "number" }, b: { type: "number" } },
        required: ["a", "b"],
      },
    },
    make: (r) => {
      const a = r.int(100, 999);
      const b = r.int(100, 999);
      return {
        ask: r.pick([`What is ${a} plus ${b}?`, `Add ${a} and ${b}.`, `What is ${a} + ${b}?`]),
        args: { a, b },
        result: { sum: a + b },
        say: `The sum is ${a + b}.`,
      };
    },
  },
  {
    def: {
      name: "send_mail",
      description: "Send a mail to a person",
      parameters: {
        type: "object",
        properties: { to: { type: "string" }, text: { type: "string" } },
        required: ["to", "text"],
      },
    },
    make: (r) => {
      const to = r.pick(NAMES);
      const text = r.pick([
        "I am late",
        "See you tomorrow",
        "The job is done",
        "Please call me",
        "Happy birthday",
        "The model is ready",
      ]);
      return {
        ask: r.pick([
          `Send a mail to ${to}: ${text}.`,
          `Write to ${to}: ${text}.`,
          `Please mail ${to}: ${text}.`,
        ]),
        args: { to, text },
        result: { sent: true },
        say: `I sent the mail to ${to}.`,
      };
    },
  },
];

const GOOD = [
  "I love this %.",
  "What a great %!",
  "This % is wonderful.",
  "The % works very well and I am happy.",
  "I enjoyed the % a lot.",
  "The best % I ever had.",
];
const BAD = [
  "I hate this %.",
  "What a terrible %!",
  "This % is awful.",
  "The % is broken and I am angry.",
  "I was bored by the %.",
  "The worst % I ever had.",
];
const GOODS = [
  "phone",
  "film",
  "book",
  "meal",
  "song",
  "hotel",
  "game",
  "laptop",
  "coffee",
  "service",
  "printer",
  "jacket",
] as const;
const JOBS = ["doctor", "teacher", "baker", "pilot", "farmer", "nurse", "singer", "writer"] as const;

export function sentiment(r: Rng): { text: string; good: boolean } {
  const good = r.chance(0.5);
  return { text: r.pick(good ? GOOD : BAD).replace("%", r.pick(GOODS)), good };
}

export type Chat = { messages: Message[]; tools?: ToolDef[] };
const turn = (user: string, assistant: string): Message[] => [
  { role: "user", content: user },
  { role: "assistant", content: assistant },
];

export const TASKS: readonly (readonly [name: string, weight: number, make: (r: Rng) => Chat])[] = [
  [
    "small talk",
    6,
    (r) => {
      const [q, a] = r.pick(SMALLTALK);
      return { messages: turn(r.pick(q), r.pick(a)) };
    },
  ],
  [
    "faq",
    30,
    (r) => {
      const [q, a] = r.pick(FAQ);
      return { messages: turn(r.pick(q), a) };
    },
  ],
  [
    "sums",
    18,
    (r) => {
      const add = r.chance(0.6);
      const [a, b] = add
        ? [r.int(0, 99), r.int(0, 99)]
        : ([r.int(0, 99), r.int(0, 99)].sort((x, y) => y - x) as [number, number]);
      const e = `${a} ${add ? "+" : "-"} ${b}`;
      return {
        messages: turn(
          r.pick([
            `What is ${e}?`,
            `${e}`,
            `${e} = ?`,
            `Calculate ${e}.`,
            add ? `What is ${a} plus ${b}?` : `What is ${a} minus ${b}?`,
          ]),
          `${e} = ${add ? a + b : a - b}`,
        ),
      };
    },
  ],
  [
    "products",
    4,
    (r) => {
      const a = r.int(0, 12),
        b = r.int(0, 12);
      return {
        messages: turn(
          r.pick([`What is ${a} * ${b}?`, `${a} * ${b}`, `What is ${a} times ${b}?`]),
          `${a} * ${b} = ${a * b}`,
        ),
      };
    },
  ],
  [
    "story",
    9,
    (r) => {
      const creature = r.pick(CREATURES),
        name = r.pick(NAMES),
        _place = r.pick(PLACES), // drawn for its turn of the dice: the published weights come from this very sequence
        thing = r.pick(THINGS);
      const [ask, want] = r.pick<readonly [string, Partial<StoryParts>]>([
        ["Tell me a story.", {}],
        ["Tell me a short story.", {}],
        ["Write a story.", {}],
        [`Tell me a story about ${an(creature)}.`, { creature }],
        [`Write a story about ${an(creature)} named ${name}.`, { creature, name }],
        [`Tell me a story about ${name}.`, { name }],
        [`Write a story about ${an(thing)}.`, { thing }],
        [`Tell me a story about ${an(creature)} and ${an(thing)}.`, { creature, thing }],
      ]);
      return { messages: turn(ask, story(r, want)) };
    },
  ],
  [
    "capital",
    8,
    (r) => {
      const [c, k] = entry(r, CAPITALS);
      return {
        messages: turn(
          r.pick([
            `What is the capital of ${c}?`,
            `Capital of ${c}?`,
            `Name the capital of ${c}.`,
            `Which city is the capital of ${c}?`,
          ]),
          `The capital of ${c} is ${k}.`,
        ),
      };
    },
  ],
  [
    "country",
    3,
    (r) => {
      const [c, k] = entry(r, CAPITALS);
      return { messages: turn(r.pick([`Where is ${k}?`, `In which country is ${k}?`]), `${k} is in ${c}.`) };
    },
  ],
  [
    "opposite",
    3,
    (r) => {
      const [a, b] = entry(r, OPPOSITES);
      const [x, y] = r.chance(0.5) ? [a, b] : [b, a];
      return {
        messages: turn(
          r.pick([`What is the opposite of ${x}?`, `Opposite of ${x}?`]),
          `The opposite of ${x} is ${y}.`,
        ),
      };
    },
  ],
  [
    "sound",
    2,
    (r) => {
      const [a, s] = entry(r, SOUNDS);
      return {
        messages: turn(
          r.pick([`What sound does ${an(a)} make?`, `What does ${an(a)} say?`]),
          `${cap(an(a))} says ${s}.`,
        ),
      };
    },
  ],
  [
    "translate",
    4,
    (r) => {
      const de = r.chance(0.5);
      const [w, t] = entry(r, de ? GERMAN : FRENCH);
      const l = de ? "German" : "French";
      return {
        messages: turn(
          r.pick([`Translate "${w}" to ${l}.`, `What is "${w}" in ${l}?`, `How do you say "${w}" in ${l}?`]),
          `"${w}" in ${l} is "${t}".`,
        ),
      };
    },
  ],
  [
    "sentiment",
    6,
    (r) => {
      const { text: s, good } = sentiment(r);
      return {
        messages: turn(
          r.pick([
            `Classify the sentiment as positive or negative: ${s}`,
            `Is this positive or negative? ${s}`,
            `Sentiment: ${s}`,
          ]),
          good ? "positive" : "negative",
        ),
      };
    },
  ],
  [
    "json",
    10,
    (r) => {
      const name = r.pick(NAMES),
        age = r.int(5, 90),
        city = r.pick(CITIES),
        job = r.pick(JOBS);
      const full = r.chance(0.5);
      const text = full
        ? r.pick([
            `${name} is ${an(job)} from ${city} and is ${age} years old.`,
            `${name}, ${age}, works as ${an(job)} in ${city}.`,
          ])
        : r.pick([`${name} is ${age} years old and lives in ${city}.`, `${name} from ${city} is ${age}.`]);
      const obj = full ? { name, age, city, job } : { name, age, city };
      return {
        messages: turn(
          r.pick([
            `Extract the data as JSON: ${text}`,
            `Return JSON: ${text}`,
            `Write this as JSON: ${text}`,
          ]),
          pyJson(obj),
        ),
      };
    },
  ],
  [
    "summary",
    5,
    (r) => {
      const s = story(r);
      return {
        messages: turn(r.pick([`Summarize: ${s}`, `Summarize this text in one sentence: ${s}`]), summary(s)),
      };
    },
  ],
  [
    "repeat",
    9,
    (r) => {
      const n = r.int(2, 6);
      const w = Array.from({ length: n }, () => r.pick([...THINGS, ...COLORS, ...CREATURES, ...NAMES]));
      const s = w.join(" ");
      return { messages: turn(r.pick([`Repeat: ${s}`, `Say this again: ${s}`]), s) };
    },
  ],
  [
    "list",
    3,
    (r) => {
      const n = r.int(2, 5);
      const w = Array.from({ length: n }, () => r.pick(THINGS));
      return {
        messages: turn(
          r.pick([`Make a list: ${w.join(", ")}`, `Write as a list: ${w.join(", ")}`]),
          w.map((x) => `- ${x}`).join("\n"),
        ),
      };
    },
  ],
  [
    "memory",
    8,
    (r) => {
      const name = r.pick(NAMES),
        color = r.pick(COLORS),
        city = r.pick(CITIES);
      const [tell, hear, ask, say] = r.pick([
        [`My name is ${name}.`, `Nice to meet you, ${name}!`, "What is my name?", `Your name is ${name}.`],
        [`I am ${name}.`, `Nice to meet you, ${name}!`, "Who am I?", `You are ${name}.`],
        [
          `My favorite color is ${color}.`,
          `${cap(color)} is a nice color!`,
          "What is my favorite color?",
          `Your favorite color is ${color}.`,
        ],
        [`I live in ${city}.`, `${city} is a beautiful city!`, "Where do I live?", `You live in ${city}.`],
      ] as const);
      const between = r.chance(0.4) ? r.pick(TASKS.slice(0, 3))[2](r).messages : [];
      return { messages: [...turn(tell, hear), ...between, ...turn(ask, say)] };
    },
  ],
  [
    "tools",
    14,
    (r) => {
      const chosen = r.pick(TOOLS);
      const others = TOOLS.filter((t) => t !== chosen && r.chance(0.4));
      const list = r.chance(0.5) ? [chosen, ...others] : [...others, chosen];
      const m = chosen.make(r);
      const messages: Message[] = [
        { role: "user", content: m.ask },
        { role: "assistant", content: "", toolCalls: [{ name: chosen.def.name, arguments: m.args }] },
      ];
      if (r.chance(0.7))
        messages.push({ role: "tool", content: pyJson(m.result) }, { role: "assistant", content: m.say });
      return { messages, tools: list.map((t) => t.def) };
    },
  ],
  [
    "tools not needed",
    3,
    (r) => ({
      messages: r.pick(TASKS.slice(0, 6))[2](r).messages,
      tools: TOOLS.filter(() => r.chance(0.5)).map((t) => t.def),
    }),
  ],
];
const TOTAL = TASKS.reduce((n, [, w]) => n + w, 0);

function summary(s: string): string {
  const m =
    /(?:there was|One day,|Long ago,)? ?an? (\w+) (\w+) (?:named|called) (\w+)/.exec(s) ??
    /^(\w+) was an? (\w+) (\w+)/.exec(s);
  const thing =
    /an? (?:\w+) (\w+) (?:under a tree|in the grass)/.exec(s)?.[1] ??
    /lost a \w+ (\w+)/.exec(s)?.[1] ??
    /look for an? \w+ (\w+)/.exec(s)?.[1] ??
    "thing";
  const place = /(?:In the|to the|near the) (\w+)/.exec(s)?.[1] ?? "forest";
  const [who, name] = m && /^\w+ was/.test(s) ? [m[3]!, m[1]!] : [m?.[2] ?? "friend", m?.[3] ?? "someone"];
  return `${name} the ${who} goes to the ${place} because of a ${thing} and meets a friend.`;
}

function task(r: Rng): Chat {
  let x = r.next() * TOTAL;
  for (const [, w, f] of TASKS) if ((x -= w) < 0) return f(r);
  return TASKS[0]![2](r);
}

/** As people type: a small first letter, no closing mark. */
function sloppy(r: Rng, s: string): string {
  if (r.chance(0.6)) s = s.replace(/[.?!]$/, "");
  return r.chance(0.6) ? s[0]!.toLowerCase() + s.slice(1) : s;
}

/** One training document; it ends with the end-of-text token. */
export function document(r: Rng): string {
  if (r.chance(0.04)) return story(r) + END_OF_TEXT;
  const chat = task(r);
  let { messages } = chat;
  if (!chat.tools && r.chance(0.15))
    messages = [...messages, ...task(r).messages.filter((m) => m.role !== "tool" && !m.toolCalls)];
  messages = messages.map((m) =>
    m.role === "user" && r.chance(0.2) ? { ...m, content: sloppy(r, m.content) } : m,
  );
  if (r.chance(0.25)) messages = [{ role: "system", content: r.pick(SYSTEMS) }, ...messages];
  return render(messages, chat.tools ?? []) + END_OF_TEXT;
}
