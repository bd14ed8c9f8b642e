/// The look of a report: one style sheet for page and drawings, light, dark and printed.
///
/// Strategy colours are Okabe and Ito's, delay colours follow a ramp whose lightness falls steadily, so both can be
/// told apart with any colour vision and on a grey print; marks, line styles and words carry the same meaning.
enum Stylesheet {
  static let text = palette + page + tables + drawings + printing

  private static let palette = """
    :root{color-scheme:light dark;--ink:#1b1f24;--soft:#59636e;--rule:#d8dde3;--paper:#fff;--panel:#f5f7f9;
    --accent:#0b5394;--good:#00664a;--bad:#a33c00;--grid:#e6eaee;--road:#c9d0d7;--casing:#5d6771;
    --k0:#0072b2;--k1:#d55e00;--k2:#009e73;--k3:#aa4499;--k4:#3a86b8;--k5:#8c6d00;
    --e0:#f2d65c;--e1:#f6a244;--e2:#e46a56;--e3:#c23a78;--e4:#8a0da5;--e5:#2c0a66;
    --green:#bfe3c6;--yellow:#f2cf4a;--red:#c4534c;--walk:#fff;--clear:#9fc4e8;--stage:#dcebe0;--dwell:#eef0f2;
    --go:#12954c;--goback:#6cbf8b;--stop:#d9a09c;--car:#33475b;--carback:#9aa7b4;--warn:#fff6e0;--warnrule:#d99a00}
    @media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa5b1;--rule:#353c44;--paper:#15181c;
    --panel:#1d2126;--accent:#7db8f0;--good:#5fd3a6;--bad:#ff9d66;--grid:#2a3037;--road:#3c444d;--casing:#8a949e;
    --k0:#56b4e9;--k1:#f0a04b;--k2:#2fc79a;--k3:#e29ac4;--k4:#9ad3f5;--k5:#e8d84a;
    --e0:#51309a;--e1:#8f2fae;--e2:#c5458a;--e3:#e76f5e;--e4:#f8a440;--e5:#f7ea55;
    --green:#2c6e45;--yellow:#b8962a;--red:#a3443e;--walk:#e6e9ec;--clear:#3f6f9e;--stage:#2a3b31;--dwell:#22272d;
    --go:#3fcf7f;--goback:#2b8a57;--stop:#74403d;--car:#b9c6d3;--carback:#5d6874;--warn:#2b2413;--warnrule:#c08a10}}

    """

  private static let page = """
    *{box-sizing:border-box}
    body{margin:0 auto;padding:28px 24px 60px;max-width:1088px;background:var(--paper);color:var(--ink);
    font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;
    font-variant-numeric:tabular-nums}
    header p,.lead,figcaption,.note{color:var(--soft)}
    header p{margin:2px 0}
    h1{font-size:25px;font-weight:650;margin:0 0 2px;letter-spacing:-.01em}
    h2{font-size:18px;font-weight:650;margin:44px 0 6px;padding-top:10px;border-top:2px solid var(--ink)}
    h3{font-size:15px;font-weight:650;margin:26px 0 6px}
    p{margin:6px 0 10px;max-width:78ch}
    nav{margin:16px 0 0;font-size:13px;display:flex;flex-wrap:wrap;gap:4px 16px}
    a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
    .answer{margin:22px 0 8px;padding:14px 18px;background:var(--panel);border-left:4px solid var(--accent)}
    .answer p{margin:4px 0}.answer p:first-child{font-size:19px;line-height:1.4;font-weight:550}
    .warning{margin:18px 0;padding:12px 18px;background:var(--warn);border-left:4px solid var(--warnrule)}
    .warning h2{border:0;padding:0;margin:0 0 4px;font-size:16px}
    figure{margin:14px 0 22px}figcaption{font-size:13px;margin:2px 0 8px}
    .scroll{overflow-x:auto}
    .pair{display:grid;grid-template-columns:1fr 1fr;gap:0 24px}
    .key{display:flex;flex-wrap:wrap;gap:4px 20px;font-size:13px;color:var(--soft);margin:4px 0 8px}
    .key span{display:inline-flex;align-items:center;gap:7px}.key svg{width:auto;height:14px}
    .note,.lead{font-size:13.5px}
    code{font:12.5px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
    dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 20px;margin:8px 0}
    dt{color:var(--soft)}dd{margin:0;min-width:0}
    ul{margin:6px 0;padding-left:20px;max-width:88ch}li{margin:3px 0}
    @media (max-width:760px){figure{overflow-x:auto}figure svg{min-width:720px}}
    details{margin:4px 0}summary{cursor:pointer;color:var(--accent);font-size:13.5px}

    """

  private static let tables = """
    table{border-collapse:collapse;font-size:13.5px;margin:8px 0 14px;width:100%}
    caption{text-align:left;color:var(--soft);font-size:13px;padding-bottom:4px}
    th{font-weight:600;text-align:left;vertical-align:bottom;padding:4px 10px 4px 0;
    border-bottom:1.5px solid var(--ink);line-height:1.25}
    td{padding:3.5px 10px 3.5px 0;border-bottom:1px solid var(--rule);vertical-align:top}
    th.n,td.n{text-align:right;white-space:nowrap}
    th:last-child,td:last-child{padding-right:0}
    td.u,th small{color:var(--soft);font-weight:400}
    tbody th{border-bottom:1px solid var(--rule);font-weight:600;padding-top:12px;background:none}
    tbody th small{padding-left:10px}
    .better{color:var(--good);font-weight:600}.worse{color:var(--bad);font-weight:600}.same{color:var(--soft)}
    .los{display:inline-block;min-width:24px;padding-left:6px;border-left:5px solid var(--soft);text-align:left}
    .los.e0{border-color:var(--e0)}.los.e1{border-color:var(--e1)}.los.e2{border-color:var(--e2)}
    .los.e3{border-color:var(--e3)}.los.e4{border-color:var(--e4)}.los.e5{border-color:var(--e5)}
    .full{color:var(--bad);font-weight:650}

    """

  private static let drawings = """
    svg{display:block;width:100%;height:auto;overflow:visible}
    .t{font-size:12.5px;fill:var(--ink)}.t.m{fill:var(--soft);font-size:11.5px}.t.s{font-size:11.5px}
    .t.h{font-weight:600}.t.num{font-size:12px}.t.phase{font-weight:650;font-size:13.5px}.t.hidden{display:none}
    .halo{paint-order:stroke;stroke:var(--paper);stroke-width:3.5px;stroke-linejoin:round}
    .grid{stroke:var(--grid)}.axis{stroke:var(--soft);fill:none}.zero{stroke:var(--ink);stroke-width:1.2}
    .run{stroke:var(--soft);opacity:.45}.ci{stroke-width:2.2;fill:none}
    .mark{stroke:var(--paper);stroke-width:1.2}
    .c0{fill:var(--k0)}.c1{fill:var(--k1)}.c2{fill:var(--k2)}.c3{fill:var(--k3)}.c4{fill:var(--k4)}.c5{fill:var(--k5)}
    .k0{stroke:var(--k0)}.k1{stroke:var(--k1)}.k2{stroke:var(--k2)}.k3{stroke:var(--k3)}.k4{stroke:var(--k4)}
    .k5{stroke:var(--k5)}
    .ci.better{stroke:var(--good)}.ci.worse{stroke:var(--bad)}.ci.same{stroke:var(--soft)}
    .dot{stroke-width:1.8}.dot.better{fill:var(--good);stroke:var(--good)}
    .dot.worse{fill:var(--bad);stroke:var(--bad)}.dot.same{fill:var(--paper);stroke:var(--soft)}
    .map path{fill:none;stroke-linejoin:round;stroke-linecap:round}
    .road{stroke:var(--road);stroke-width:2}.casing{stroke:var(--casing);stroke-width:6}
    .link{fill:none;stroke-width:4.4}
    .link.w4,.link.w5{stroke-width:5.4}
    .link.e0{stroke:var(--e0)}.link.e1{stroke:var(--e1)}.link.e2{stroke:var(--e2)}.link.e3{stroke:var(--e3)}
    .link.e4{stroke:var(--e4)}.link.e5{stroke:var(--e5)}
    .node{stroke:var(--ink);stroke-width:1.3}.fnone{fill:var(--panel)}
    .fe0{fill:var(--e0)}.fe1{fill:var(--e1)}.fe2{fill:var(--e2)}.fe3{fill:var(--e3)}.fe4{fill:var(--e4)}
    .fe5{fill:var(--e5)}
    .suspect{fill:none;stroke:var(--bad);stroke-width:2;stroke-dasharray:4 3}
    .map .north{fill:var(--soft)}
    .green{fill:var(--green)}.yellow{fill:var(--yellow)}.red{fill:var(--red)}.frame{fill:none;stroke:var(--ink)}
    .dwell{fill:var(--dwell)}.stage{fill:var(--stage);stroke:var(--ink)}.redbar{fill:var(--red);opacity:.5}
    .walk{fill:var(--walk);stroke:var(--k0);stroke-width:1}.clearance{fill:var(--clear);stroke:var(--k0);stroke-width:1}
    .barrier{stroke:var(--ink);stroke-width:3}.offset{fill:var(--accent)}
    .car{fill:none;stroke:var(--car);stroke-width:.9}.car.back{stroke:var(--carback);stroke-dasharray:5 2.5}
    .stopline{stroke:var(--stop);stroke-width:2}.go{stroke:var(--go);stroke-width:5}.go.back{stroke:var(--goback)}
    .queue{fill:none;stroke-width:1.7;stroke-linejoin:round}
    .queue.k1,.queue.k3,.queue.k5{stroke-dasharray:7 2.5}.queue.k2,.queue.k4{stroke-dasharray:2.5 2}
    .storage{stroke:var(--bad);stroke-width:1.4;stroke-dasharray:2 3}

    """

  /// Paper is light whatever the reader's screen is.
  private static let printing = """
    @page{margin:14mm}
    @media print{:root{color-scheme:light;--ink:#000;--soft:#444;--rule:#bbb;--paper:#fff;--panel:#f3f3f3;
    --accent:#0b5394;--good:#00563f;--bad:#8a3200;--grid:#e2e2e2;--road:#bbb;--casing:#444;
    --k0:#0072b2;--k1:#d55e00;--k2:#009e73;--k3:#aa4499;--k4:#3a86b8;--k5:#8c6d00;
    --e0:#f2d65c;--e1:#f6a244;--e2:#e46a56;--e3:#c23a78;--e4:#8a0da5;--e5:#2c0a66;
    --green:#bfe3c6;--yellow:#f2cf4a;--red:#b03f38;--walk:#fff;--clear:#9fc4e8;--stage:#e4efe7;--dwell:#eee;
    --go:#0d7a3e;--goback:#5cae7b;--stop:#d9a09c;--car:#222;--carback:#8a8a8a;--warn:#fff;--warnrule:#000}
    body{max-width:none;padding:0;font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
    nav{display:none}h2{margin-top:22px}h2,h3,.lead,.key,tbody tr:has(th){break-after:avoid}
    #map,#movements,#plans,#time-space,#queues{break-before:page}.lead{break-inside:avoid}
    #comparison table{break-inside:avoid}td:first-child{white-space:nowrap}
    figure,svg,.answer,.warning,tr{break-inside:avoid}thead{display:table-header-group}
    table{font-size:8.5pt}.scroll{overflow:visible}a{color:inherit}}

    """
}
