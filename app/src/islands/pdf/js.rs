//! What is used of PDF.js, as it calls it.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlCanvasElement, HtmlElement};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = import)]
    fn import(address: &str) -> Result<Promise, JsValue>;

    type Module;
    #[wasm_bindgen(method, js_name = getDocument)]
    fn get_document(this: &Module, options: &Object) -> Loading;

    type Loading;
    #[wasm_bindgen(method, getter)]
    fn promise(this: &Loading) -> Promise;

    type PdfDocument;
    #[wasm_bindgen(method, js_name = getPage)]
    fn get_page(this: &PdfDocument, number: u32) -> Promise;

    pub(super) type Page;
    #[wasm_bindgen(method, js_name = getViewport)]
    fn get_viewport(this: &Page, options: &Object) -> Viewport;
    #[wasm_bindgen(method)]
    fn render(this: &Page, options: &Object) -> Rendering;
    #[wasm_bindgen(method, js_name = getTextContent)]
    fn get_text_content(this: &Page) -> Promise;

    type Rendering;
    #[wasm_bindgen(method, getter, js_name = promise)]
    fn done(this: &Rendering) -> Promise;

    pub(super) type Viewport;
    #[wasm_bindgen(method, getter)]
    pub(super) fn width(this: &Viewport) -> f64;
    #[wasm_bindgen(method, getter)]
    pub(super) fn height(this: &Viewport) -> f64;
    /// How points on the page become points in sight: the six numbers of a matrix.
    #[wasm_bindgen(method, getter, js_name = transform)]
    fn matrix(this: &Viewport) -> Array;

    pub(super) type TextContent;
    #[wasm_bindgen(method, getter)]
    fn items(this: &TextContent) -> Array;

    type TextItem;
    #[wasm_bindgen(method, getter, js_name = str)]
    fn text(this: &TextItem) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    fn transform(this: &TextItem) -> Array;
    #[wasm_bindgen(method, getter, js_name = width)]
    fn item_width(this: &TextItem) -> f64;
    #[wasm_bindgen(method, getter, js_name = height)]
    fn item_height(this: &TextItem) -> f64;

    type TextLayer;
    #[wasm_bindgen(method, js_name = render)]
    fn lay(this: &TextLayer) -> Promise;
}

/// An open PDF.
#[derive(Clone)]
pub(super) struct Pdf {
    module: JsValue,
    document: JsValue,
}

/// A piece of text on a page, and the box around it: left, top, right and bottom in parts of the page.
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) bounds: [f64; 4],
}

impl Pdf {
    /// Loads PDF.js from `folder` and opens the PDF at `address` with it.
    pub(super) async fn open(folder: &str, address: &str) -> Result<Self, JsValue> {
        let module = JsFuture::from(import(&format!("{folder}/pdf.min.mjs"))?).await?;
        let worker = Reflect::get(&module, &"GlobalWorkerOptions".into())?;
        Reflect::set(&worker, &"workerSrc".into(), &format!("{folder}/pdf.worker.min.mjs").into())?;
        let options = object(&[
            ("url", address.into()),
            ("cMapUrl", format!("{folder}/cmaps/").into()),
            ("standardFontDataUrl", format!("{folder}/standard_fonts/").into()),
            ("wasmUrl", format!("{folder}/wasm/").into()),
            // Errors alone are told to the console: a font's small faults are nobody's business.
            ("verbosity", 0.into()),
            ("isEvalSupported", false.into()),
            ("enableXfa", false.into()),
        ]);
        let loading = module.unchecked_ref::<Module>().get_document(&options);
        let document = JsFuture::from(loading.promise()).await?;
        Ok(Self { module, document })
    }

    pub(super) async fn page(&self, number: u32) -> Result<Page, JsValue> {
        let page = self.document.unchecked_ref::<PdfDocument>().get_page(number);
        Ok(JsFuture::from(page).await?.unchecked_into())
    }

    /// Lays the page's text over it, unseen, so that it can be selected.
    pub(super) async fn lay_text(
        &self,
        text: &TextContent,
        layer: &HtmlElement,
        viewport: &Viewport,
    ) -> Result<(), JsValue> {
        let class: Function = Reflect::get(&self.module, &"TextLayer".into())?.dyn_into()?;
        let options = object(&[
            ("textContentSource", text.into()),
            ("container", layer.into()),
            ("viewport", viewport.into()),
        ]);
        let text_layer = Reflect::construct(&class, &Array::of1(&options))?;
        JsFuture::from(text_layer.unchecked_ref::<TextLayer>().lay()).await?;
        Ok(())
    }
}

impl Page {
    /// The page's size at a scale, where 1 is a pixel for each point.
    pub(super) fn viewport(&self, scale: f64) -> Viewport {
        self.get_viewport(&object(&[("scale", scale.into())]))
    }

    pub(super) async fn draw(&self, canvas: &HtmlCanvasElement, viewport: &Viewport) -> Result<(), JsValue> {
        let options = object(&[("canvas", canvas.into()), ("viewport", viewport.into())]);
        JsFuture::from(self.render(&options).done()).await?;
        Ok(())
    }

    pub(super) async fn text(&self) -> Result<TextContent, JsValue> {
        Ok(JsFuture::from(self.get_text_content()).await?.unchecked_into())
    }
}

impl TextContent {
    /// The pieces of text, each with its place.
    pub(super) fn pieces(&self, viewport: &Viewport) -> Vec<Piece> {
        let items = self.items();
        items
            .iter()
            .filter_map(|item| {
                let item = item.unchecked_into::<TextItem>();
                // Marks in between have no text.
                let text = item.text()?;
                Some(Piece { text, bounds: item.bounds(viewport) })
            })
            .collect()
    }
}

impl TextItem {
    fn bounds(&self, viewport: &Viewport) -> [f64; 4] {
        let (at, matrix) = (self.transform(), viewport.matrix());
        let (left, base) = (number(&at, 4), number(&at, 5));
        // Letters such as g reach below the line that the others stand on, about this far.
        let below = self.item_height() * 0.25;
        let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5].map(|at| number(&matrix, at));
        let in_sight = |x: f64, y: f64| {
            [(a * x + c * y + e) / viewport.width(), (b * x + d * y + f) / viewport.height()]
        };
        let [x0, y0] = in_sight(left, base - below);
        let [x1, y1] = in_sight(left + self.item_width(), base + self.item_height() - below / 2.0);
        [x0.min(x1), y0.min(y1), x0.max(x1), y0.max(y1)]
    }
}

fn number(array: &Array, at: u32) -> f64 {
    array.get(at).as_f64().unwrap_or(0.0)
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Fails on a frozen object, which this is not.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}
