/** The one schema library, declared by this package alone; everyone who parses at an edge takes it from here. */
export { z } from "zod";
