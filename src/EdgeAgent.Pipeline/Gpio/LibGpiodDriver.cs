using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using EdgeAgent.Pipeline.Detection.Decisions;

namespace EdgeAgent.Pipeline.Gpio;

/// <summary>
/// Lines through libgpiod, by System.Device.Gpio. The version is chosen here: the package's own choice throws where there is no library.
/// </summary>
/// <remarks>An output is low for a moment when it is taken, whatever its level: the package sets direction and level one after the
/// other.</remarks>
internal sealed class LibGpiodDriver(bool isVersion2) : ILineDriver
{
    public LineAddress Find(LineChoice choice) => LineFinder.Find(choice);

    public ILine Output(LineAddress address, bool isHigh) =>
        Open(address, controller => controller.OpenPin(address.Offset, PinMode.Output, isHigh ? PinValue.High : PinValue.Low));

    public ILine Input(LineAddress address, LineBias bias) => Open(address, controller => controller.OpenPin(address.Offset, bias switch
    {
        LineBias.PullUp => PinMode.InputPullUp,
        LineBias.PullDown => PinMode.InputPullDown,
        LineBias.Disabled => throw new LineException("libgpiod as this package uses it cannot switch a bias off; use driver = \"kernel\""),
        _ => PinMode.Input,
    }));

    private GpiodLine Open(LineAddress address, Action<GpioController> take)
    {
        // Tells no chip and no right in our own words; the package's are those of its innards.
        GpioChip.Open(address.Chip).Dispose();
        GpioController? controller = null;
        try
        {
            controller = new GpioController(
                isVersion2 ? new LibGpiodV2Driver(address.Chip) : new System.Device.Gpio.Drivers.LibGpiodDriver(address.Chip));
            take(controller);
            return new GpiodLine(controller, address);
        }
        catch (Exception e) when (e is not LineException)
        {
            // The package throws whatever its driver met.
            controller?.Dispose();
            throw new LineException(Words(address, e.GetBaseException()));
        }
    }

    private string Words(LineAddress address, Exception e) => e switch
    {
        DllNotFoundException or EntryPointNotFoundException or PlatformNotSupportedException => isVersion2
            ? "libgpiod 2 (libgpiod.so.3) is not installed; driver = \"kernel\" needs no library"
            : "libgpiod 1 (libgpiod.so.2) is not installed; driver = \"kernel\" needs no library",
        _ => $"{address}: {e.Message}",
    };

    private sealed class GpiodLine(GpioController controller, LineAddress address) : ILine
    {
        public void Write(bool isHigh)
        {
            try
            {
                controller.Write(address.Offset, isHigh ? PinValue.High : PinValue.Low);
            }
            catch (Exception e)
            {
                throw new LineException($"{address} is lost: {e.GetBaseException().Message}");
            }
        }

        public bool Read()
        {
            try
            {
                return controller.Read(address.Offset) == PinValue.High;
            }
            catch (Exception e)
            {
                throw new LineException($"{address} is lost: {e.GetBaseException().Message}");
            }
        }

        public void Dispose() => controller.Dispose();
    }
}
