/* i'mport's JavaScript SDK for the payment window of this sandbox. Load it from the sandbox instead of i'mport's CDN:
   IMP.init(code), IMP.agency(code, tier), IMP.request_pay(params, callback). */
(() => {
  "use strict";

  const home = new URL("..", document.currentScript.src);
  let merchant = null;
  let layer = null;

  function begin(code, tier) {
    if (merchant && (merchant.code !== code || merchant.tier !== tier)) {
      throw new Error("IMP.init: 한 페이지에서 한 번만 호출할 수 있습니다.");
    }
    merchant = { code, tier };
  }

  function requestPay(params, callback) {
    const tell = typeof callback === "function" ? callback : () => {};
    const refuse = (error_code, error_msg) =>
      tell({ success: false, error_code, error_msg, imp_uid: null, merchant_uid: params?.merchant_uid ?? null });
    if (layer) {
      refuse("F400", "이미 결제창이 열려 있습니다.");
      return;
    }
    const mobile = /Android|iPhone|iPad|iPod|Mobile/i.test(navigator.userAgent);
    let wish;
    try {
      wish = JSON.stringify({ ...merchant, mobile, origin: self.origin, params });
    } catch {
      refuse("F400", "요청 파라미터가 올바르지 않습니다.");
      return;
    }
    layer = document.createElement("dialog"); // claims its place until the answer comes
    fetch(new URL("window", home), { method: "POST", body: wish, credentials: "omit" })
      .then((answer) => answer.json())
      .catch(() => ({ error_code: "F500", error_msg: "결제창을 열 수 없습니다. 샌드박스에 연결되지 않습니다." }))
      .then((opened) => {
        if (opened.error_code) {
          layer = null;
          refuse(opened.error_code, opened.error_msg);
        } else if (mobile) {
          layer = null; // the page may come back as it was
          location.href = new URL(`window/${opened.key}`, home);
        } else {
          show(new URL(`window/${opened.key}`, home), tell);
        }
      });
  }

  function show(address, tell) {
    const fill = { position: "fixed", inset: "0", width: "100%", height: "100%", border: "0", padding: "0", margin: "0" };
    const frame = document.createElement("iframe");
    const shown = layer;
    Object.assign(shown.style, fill, { maxWidth: "none", maxHeight: "none", background: "transparent" });
    Object.assign(frame.style, fill, { colorScheme: "light dark" }); // as the window's own, or the page would not shine through
    frame.title = "결제창 Payment window";
    frame.src = address;
    const overflow = document.documentElement.style.overflow;
    const hear = (event) => {
      if (event.source !== frame.contentWindow || event.origin !== address.origin || !event.data?.ended) return;
      removeEventListener("message", hear);
      document.documentElement.style.overflow = overflow;
      layer = null;
      shown.close();
      shown.remove();
      tell(event.data.ended);
    };
    addEventListener("message", hear);
    shown.addEventListener("cancel", (event) => {
      event.preventDefault();
      frame.contentWindow.postMessage({ leave: true }, address.origin);
    });
    shown.addEventListener("close", () => {
      if (layer === shown) shown.showModal(); // a second Escape closes a dialog whatever it answers to the first
    });
    shown.append(frame);
    document.body.append(shown);
    document.documentElement.style.overflow = "hidden";
    shown.showModal();
    frame.addEventListener("load", () => frame.focus());
  }

  window.IMP = {
    init: (code) => begin(code, null),
    agency: (code, tier) => begin(code, tier),
    request_pay: requestPay,
  };
})();
