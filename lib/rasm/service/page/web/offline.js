// Keeps the page, so that it works without a network. files.js changes with any file of the page.

importScripts("files.js");

const { version, names } = self.FILES;
const KEPT = `rasm-${version}`;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  event.respondWith(answer(event.request));
});

async function keep() {
  const cache = await caches.open(KEPT);
  await cache.addAll(["./", ...names].map((name) => new Request(name, { cache: "no-cache" })));
}

async function dropOthers() {
  const others = (await caches.keys()).filter((name) => name.startsWith("rasm-") && name !== KEPT);
  await Promise.all(others.map((name) => caches.delete(name)));
}

async function answer(request) {
  const cache = await caches.open(KEPT);
  return (await cache.match(request, { ignoreSearch: true })) ?? fetch(request);
}
