public import ArgumentParser
public import Imaging

// By its name: png or jpeg.
extension ImageFormat: ExpressibleByArgument {}
