// swift-tools-version: 6.2
// 6.2: the built-in model is compiled in with #embed, which older toolchains' C compilers lack.
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "harmonize",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "harmonize", targets: ["harmonize"]),
        .library(
            name: "Harmonization",
            targets: ["Cutting", "Files", "Harmonization", "Imaging", "NeuralNet", "Optimization"]),
        // Networks that learn, and charts of how: what the example lenet uses.
        .library(name: "NeuralNet", targets: ["Files", "NeuralNet", "Optimization", "Tensors", "Imaging"]),
        .library(name: "Plotting", targets: ["Files", "Plotting", "Terminal"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
        .package(url: "https://github.com/apple/swift-system", .upToNextMinor(from: "1.8.1")),
        .package(url: "https://github.com/LebJe/TOMLKit", .upToNextMinor(from: "0.6.0")),
        .package(url: "https://github.com/apple/swift-nio", .upToNextMinor(from: "2.101.2")),
    ],
    targets: [
        // System libraries: a module map each, no logic.
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "CWebP", pkgConfig: "libwebpmux", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
        .systemLibrary(
            name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"]), .brew(["libtiff"])]),
        .systemLibrary(
            name: "CHEIF", pkgConfig: "libheif", providers: [.apt(["libheif-dev"]), .brew(["libheif"])]),
        .systemLibrary(
            name: "CLCMS", pkgConfig: "lcms2", providers: [.apt(["liblcms2-dev"]), .brew(["little-cms2"])]),
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
        .systemLibrary(
            name: "CCURL", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"]), .brew(["cairo"])]),

        // C
        // zlib comes with libpng.
        .target(
            name: "CImageCodecs", dependencies: ["CPNG", "CJPEG", "CWebP", "CTIFF", "CHEIF"],
            linkerSettings: [.linkedLibrary("z")]),
        .target(name: "CKernels"),
        .target(name: "CBuiltInModel"),
        .target(name: "CTransfer", dependencies: ["CCURL"]),
        .target(name: "CStartup"),
        .target(name: "CStudioPage", exclude: ["page"]),
        // C++ behind a C face. opencv4 is a link to where Linux distributions have OpenCV's headers: Debian has no
        // pkg-config file for these two of its libraries.
        .target(
            name: "CGrabCut", exclude: ["opencv4"], cxxSettings: [.headerSearchPath("opencv4")],
            linkerSettings: [.linkedLibrary("opencv_imgproc"), .linkedLibrary("opencv_core")]),

        // The library, from the bottom up.
        .target(name: "Geometry", swiftSettings: settings),
        .target(
            name: "Files", dependencies: [.product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: settings),
        .target(name: "Compute", dependencies: ["Files", "Geometry", "CKernels"], swiftSettings: settings),
        .target(
            name: "Imaging", dependencies: ["Files", "Geometry", "Compute", "CImageCodecs", "CLCMS"],
            swiftSettings: settings),
        .target(
            name: "Synthesis", dependencies: ["Geometry", "Compute", "Imaging", "CKernels"], swiftSettings: settings),
        .target(
            name: "Cutting", dependencies: ["Geometry", "Compute", "Imaging", "CGrabCut"], swiftSettings: settings),
        .target(name: "Tensors", dependencies: ["Geometry", "Compute", "CKernels"], swiftSettings: settings),
        .target(
            name: "NeuralNet", dependencies: ["Files", "Geometry", "Tensors", "CBuiltInModel"], swiftSettings: settings),
        .target(name: "Optimization", dependencies: ["Tensors"], swiftSettings: settings),
        .target(
            name: "Harmonization",
            dependencies: ["Files", "Compute", "Imaging", "Synthesis", "Tensors", "NeuralNet", "Optimization"],
            swiftSettings: settings),

        // Published weights, for the command.
        .target(
            name: "Fetching", dependencies: ["Files", "NeuralNet", "CTransfer", "COpenSSL"], swiftSettings: settings),

        // Charts, for the command.
        .target(name: "Plotting", dependencies: ["CCairo", "Files"], swiftSettings: settings),

        // Programs that are run, for the command's batches and the studio's jobs.
        .target(name: "Processes", dependencies: ["Files", "CStartup"], swiftSettings: settings),

        // The page in the browser and what serves it, for the command.
        .target(
            name: "Studio",
            dependencies: [
                "Files", "Geometry", "Imaging", "Processes", "CStudioPage",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings),

        // What a person reads while a program works.
        .target(name: "Terminal", dependencies: ["Files"], swiftSettings: settings),

        // The command.
        .executableTarget(
            name: "harmonize",
            dependencies: [
                "CStartup", "Compute", "Cutting", "Files", "Harmonization", "Imaging", "NeuralNet", "Fetching",
                "Plotting", "Processes", "Studio", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "TOMLKit", package: "TOMLKit"),
            ],
            swiftSettings: settings),

        // An example: a network that learns digits, on the same layers. No product, as below.
        .executableTarget(
            name: "lenet",
            dependencies: [
                "Files", "Imaging", "NeuralNet", "Optimization", "Plotting", "Tensors", "Terminal",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["README.md"], swiftSettings: settings),

        // What takes how long. No product: only `swift run benchmarks` and a build of everything build it.
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Files", "Harmonization", "Imaging", "NeuralNet", "Tensors", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings),

        // Tests
        .target(
            name: "TestSupport", dependencies: ["Compute", "CLCMS", "Files", "Tensors"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .testTarget(
            name: "ImagingTests", dependencies: ["Compute", "Files", "Imaging", "TestSupport"],
            resources: [.copy("Pictures")], swiftSettings: settings),
        .testTarget(
            name: "SynthesisTests", dependencies: ["CKernels", "Imaging", "Synthesis", "TestSupport"],
            swiftSettings: settings),
        .testTarget(name: "CuttingTests", dependencies: ["Cutting", "Imaging"], swiftSettings: settings),
        .testTarget(
            name: "StudioTests", dependencies: ["Imaging", "Studio"], swiftSettings: settings),
        .testTarget(name: "FilesTests", dependencies: ["Files", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "GeometryTests", dependencies: ["Geometry"], swiftSettings: settings),
        .testTarget(
            name: "ComputeTests", dependencies: ["Compute", "Files", "Geometry", "TestSupport"],
            swiftSettings: settings),
        .testTarget(name: "TensorsTests", dependencies: ["Tensors", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "NeuralNetTests", dependencies: ["Files", "Geometry", "NeuralNet", "Tensors", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "OptimizationTests", dependencies: ["Optimization", "Tensors"], swiftSettings: settings),
        .testTarget(
            name: "PlottingTests", dependencies: ["Files", "Plotting", "Imaging", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "HarmonizationTests", dependencies: ["Files", "Harmonization", "NeuralNet", "TestSupport"],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "harmonize", "Fetching", "Files", "Harmonization", "Imaging", "NeuralNet", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(
            name: "LeNetTests",
            dependencies: ["lenet", "Files", "Imaging", "NeuralNet", "Optimization", "Tensors", "TestSupport"],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        .testTarget(
            name: "FuzzingTests",
            dependencies: ["harmonize", "Files", "Harmonization", "Imaging", "NeuralNet", "TestSupport"],
            resources: [.copy("Corpus")], swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx17
)
