// Filters the occurrences. Without it everything is shown, and the page loses nothing but these filters.
"use strict";
const form = document.getElementById("filter");
const items = [...document.querySelectorAll(".item")];
const sections = [...document.querySelectorAll(".listing")];
const shown = form.querySelector("output");
const said = new Map(); // what an occurrence says, in small letters; read when it is first searched

function saidBy(item) {
  if (!said.has(item)) said.set(item, item.textContent.toLowerCase());
  return said.get(item);
}

function filter() {
  const owner = form.owner.value;
  const status = form.status.value;
  const month = form.month.value;
  const words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const item of items) {
    const { owner: its, status: state, month: due } = item.dataset;
    const fits =
      (!owner || its.split(" ").includes(owner)) &&
      (!status || state.split(" ").includes(status)) &&
      (!month || due === month) &&
      words.every((word) => saidBy(item).includes(word));
    item.hidden = !fits;
    count += fits;
  }
  const narrowed = Boolean(owner || status || month || words.length);
  for (const section of sections) section.hidden = narrowed && !section.querySelector(".item:not([hidden])");
  shown.textContent = form.dataset.shown.replace("{shown}", count).replace("{total}", items.length);
}

let waiting = 0;
form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(filter, 80); // not at every key
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  filter();
});
form.addEventListener("reset", () => setTimeout(filter));

// A cell of the map chooses its owner and month.
for (const cell of document.querySelectorAll("a.cell")) {
  cell.addEventListener("click", (event) => {
    event.preventDefault();
    form.reset();
    form.owner.value = cell.dataset.owner;
    form.month.value = cell.dataset.month;
    filter();
    form.scrollIntoView();
    form.owner.focus({ preventScroll: true });
  });
}

form.hidden = false;
filter();
