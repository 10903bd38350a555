internal import CCairo

/// A page that is drawn on. The one file that calls Cairo.
final class Canvas {
    /// Where a text's place lies in it, sideways; upwards it is the middle of the capitals.
    enum Anchor: Double {
        case start = 0, middle = 0.5, end = 1
    }

    /// Pixels to a point in a picture made of pixels.
    private static let resolution = 4.0

    private let surface: OpaquePointer
    private let context: OpaquePointer
    private let format: ChartFormat
    private let file = File()

    /// What the surface has written so far.
    private final class File {
        var bytes: [UInt8] = []

        /// Takes what Cairo writes; the first argument is the file.
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
        // Text of the same width in every format: nothing is fitted to a grid of pixels.
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
        // Finished here at the latest, while there still is a file to write to.
        cairo_surface_finish(surface)
        cairo_surface_destroy(surface)
    }

    /// The bytes of the file. Nothing can be drawn after that.
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

    /// Draws what `body` draws inside `frame` only.
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
        // All of about the same area.
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

    /// A line of text; upright, it reads from below.
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

    /// How far a text reaches, in points.
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

/// A place on a canvas, in points from its top left corner.
package struct Place: Equatable {
    package var x, y: Double

    package init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }
}

/// A part of a canvas.
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

    /// The height of capitals and digits, by which lines of text are centred: that of most sans-serif fonts.
    var capHeight: Double { 0.73 * size }
}
