using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>The driver that the configuration chooses.</summary>
internal static class LineDrivers
{
    public static ILineDriver Of(LineDriverKind kind) => kind switch
    {
        LineDriverKind.Kernel => new KernelDriver(),
        LineDriverKind.LibGpiod2 => new LibGpiodDriver(isVersion2: true),
        LineDriverKind.LibGpiod1 => new LibGpiodDriver(isVersion2: false),
        _ => new AutoDriver(),
    };

    /// <summary>
    /// The kernel's interface where it has it; libgpiod 2 needs the same one, so before Linux 5.10 only libgpiod 1 is left.
    /// </summary>
    private sealed class AutoDriver : ILineDriver
    {
        private readonly KernelDriver _kernel = new();
        private readonly LibGpiodDriver _old = new(isVersion2: false);

        public LineAddress Find(LineChoice choice) => LineFinder.Find(choice);

        public ILine Output(LineAddress address, bool isHigh) => For(address).Output(address, isHigh);

        public ILine Input(LineAddress address, LineBias bias) => For(address).Input(address, bias);

        private ILineDriver For(LineAddress address)
        {
            using var chip = GpioChip.Open(address.Chip);
            return chip.IsModern ? _kernel : _old;
        }
    }
}
