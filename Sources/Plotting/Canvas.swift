internal import CCairo

/// A page to draw on, by Cairo.
final class Canvas {
    /// The horizontal anchor of a text; the vertical one is the middle of the capitals.
    enum Anchor: Double {
        case start = 0, middle = 0.5, end = 1
    }

    /// Pixels per point of a PNG.
    private static let resolution = 4.0

    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let format: ChartFormat
    private let file = File()

    /// The bytes written by the surface.
    private final class File {
        var bytes: [UInt8] = []

        /// Cairo's write callback; the closure argument is the file.
        static let append: cairo_write_func_t = { file, bytes, count in
            guard let file, let bytes else { return CAIRO_STATUS_WRITE_ERROR }
            Unmanaged<File>.fromOpaque(file).takeUnretainedValue().bytes
                .append(contentsOf: UnsafeBufferPointer(start: bytes, count: Int(count)))
            return CAIRO_STATUS_SUCCESS
        }
    }

    /// A white page of `width` × `height` points.
    init(width: Double, height: Double, title: String, format: ChartFormat) {
        self.format = format
        let closure = Unmanaged.passUnretained(file).toOpaque()
        surface =
            switch format {
            case .png:
                cairo_image_surface_create(
                    CAIRO_FORMAT_RGB24, CInt((width * Self.resolution).rounded()),
                    CInt((height * Self.resolution).rounded()))
            case .svg: cairo_svg_surface_create_for_stream(File.append, closure, width, height)
            case .pdf: cairo_pdf_surface_create_for_stream(File.append, closure, width, height)
            }
        switch format {
        case .png: cairo_surface_set_device_scale(surface, Self.resolution, Self.resolution)
        case .svg: cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PT)
        case .pdf: cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
        }
        context = cairo_create(surface)
        // No hinting, so that text has the same width in every format.
        let options = cairo_font_options_create()
        cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
        cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
        cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
        cairo_set_font_options(context, options)
        cairo_font_options_destroy(options)
        cairo_set_line_join(context, CAIRO_LINE_JOIN_ROUND)
        setColor(.white)
        cairo_paint(context)
    }

    deinit {
        cairo_destroy(context)
        // Finishing writes to `file`, which is still alive here.
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
    }

    /// Finishes the page and returns the file's bytes.
    func finish() throws(DrawingFailure) -> [UInt8] {
        var status = cairo_status(context)
        if status == CAIRO_STATUS_SUCCESS, format == .png {
            status = cairo_surface_write_to_png_stream(
                surface, File.append, Unmanaged.passUnretained(file).toOpaque())
        }
        cairo_surface_finish(surface)
        if status == CAIRO_STATUS_SUCCESS { status = cairo_surface_status(surface) }
        guard status == CAIRO_STATUS_SUCCESS else {
            throw DrawingFailure(reason: String(cString: cairo_status_to_string(status)))
        }
        return file.bytes
    }

    /// Clips the drawing of `body` to `frame`.
    func clipped(to frame: Frame, _ body: () -> Void) {
        cairo_save(context)
        path(frame)
        cairo_clip(context)
        body()
        cairo_restore(context)
    }

    func fill(_ frame: Frame, _ color: Color) {
        path(frame)
        setColor(color)
        cairo_fill(context)
    }

    /// A line through `places`.
    func line(_ places: [Place], _ color: Color, width: Double, dash: [Double] = []) {
        guard let first = places.first else { return }
        cairo_move_to(context, first.x, first.y)
        for place in places.dropFirst() { cairo_line_to(context, place.x, place.y) }
        cairo_set_line_cap(context, CAIRO_LINE_CAP_BUTT)
        cairo_set_line_width(context, width)
        cairo_set_dash(context, dash, CInt(dash.count), 0)
        setColor(color)
        cairo_stroke(context)
    }

    /// A marker with its centre at `place`.
    func mark(_ place: Place, _ style: SeriesStyle) {
        let r = style.markerRadius
        func polygon(_ corners: [(x: Double, y: Double)]) {
            for corner in corners { cairo_line_to(context, place.x + r * corner.x, place.y + r * corner.y) }
        }
        cairo_new_path(context)
        // All shapes have about the same area.
        switch style.marker {
        case .circle: cairo_arc(context, place.x, place.y, r, 0, 2 * .pi)
        case .square: polygon([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)])
        case .diamond: polygon([(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)])
        case .triangle: polygon([(0, -1.35), (1.25, 0.8), (-1.25, 0.8)])
        case .invertedTriangle: polygon([(0, 1.35), (1.25, -0.8), (-1.25, -0.8)])
        }
        cairo_close_path(context)
        setColor(style.color)
        cairo_fill(context)
    }

    /// A line of text; if `isUpright`, rotated to read from bottom to top.
    func text(
        _ text: String, at place: Place, _ font: Font, _ color: Color = .text, anchor: Anchor = .start,
        isUpright: Bool = false
    ) {
        cairo_save(context)
        cairo_translate(context, place.x, place.y)
        if isUpright { cairo_rotate(context, -.pi / 2) }
        cairo_move_to(context, -anchor.rawValue * width(of: text, font), font.capHeight / 2)
        setColor(color)
        cairo_show_text(context, text)
        cairo_restore(context)
    }

    /// The advance width of a text, in points.
    func width(of text: String, _ font: Font) -> Double {
        cairo_select_font_face(
            context, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
            font.isBold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL)
        cairo_set_font_size(context, font.size)
        var extents = cairo_text_extents_t()
        cairo_text_extents(context, text, &extents)
        return extents.x_advance
    }

    private func path(_ frame: Frame) { cairo_rectangle(context, frame.left, frame.top, frame.width, frame.height) }

    private func setColor(_ color: Color) { cairo_set_source_rgb(context, color.red, color.green, color.blue) }
}

/// A position on a canvas, in points from its top-left corner.
package struct Place: Equatable {
    package var x, y: Double

    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// A rectangle on a canvas, in points.
package struct Frame: Equatable {
    package var left, top, right, bottom: Double

    package var width: Double { right - left }
    package var height: Double { bottom - top }
}

/// The kinds of text in a chart.
package enum Font {
    case title, panelTitle, label, legend, tick, small

    /// The size in points.
    package var size: Double {
        switch self {
        case .title: 11
        case .panelTitle, .label: 10
        case .legend: 9.5
        case .tick: 9
        case .small: 8.5
        }
    }

    var isBold: Bool { self == .title || self == .panelTitle }

    /// The cap height, by which text is centred vertically: that of most sans-serif fonts.
    var capHeight: Double { 0.73 * size }
}
