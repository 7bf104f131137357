/** The bytes of a file of the page, by its name. */
export async function read(name) {
  const answer = await fetch(new URL(name, import.meta.url));
  if (!answer.ok) throw new Error(`${name} cannot be had: ${answer.status}`);
  return answer.arrayBuffer();
}
