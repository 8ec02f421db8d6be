// The width of the help's text, which is ASCII: what yargs brings along for all alphabets takes a twentieth of the start.
// oxlint-disable-next-line no-default-export -- as the package has it
export default function stringWidth(text) {
  return text.length;
}
