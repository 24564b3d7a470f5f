/** How the first line of a file begins that is made anew whenever the description changes. */
export const generatedMark = "Made by berth worker new";
