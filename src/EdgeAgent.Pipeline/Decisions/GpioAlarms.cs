using System.Device.Gpio;
using System.Device.Gpio.Drivers;
using Microsoft.Extensions.Logging;

namespace EdgeAgent.Pipeline.Decisions;

/// <summary>
/// Drives the output lines that rules name: at the alarm's level while at least one anomaly holds the line, at the other
/// level otherwise and on a stop. A line that cannot be had is told once, and the rest goes on.
/// </summary>
internal sealed partial class GpioAlarms : IAlarmOutput, IDisposable
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger;
    private readonly Dictionary<int, GpioController> _chips = [];
    private readonly Dictionary<(int Chip, int Line), Output> _outputs = [];

    private sealed record Output(GpioController Chip, GpioOptions Gpio)
    {
        public HashSet<string> Holders { get; } = [];

        public void Write(bool isAlarm) => Chip.Write(Gpio.Line, isAlarm == Gpio.High ? PinValue.High : PinValue.Low);
    }

    public GpioAlarms(IEnumerable<RuleOptions> rules, ILogger logger)
    {
        _logger = logger;
        foreach (var gpio in rules.Select(r => r.Gpio).OfType<GpioOptions>().DistinctBy(g => (g.Chip, g.Line)))
            Open(gpio);
    }

    public void Raise(string anomalyId, GpioOptions gpio)
    {
        lock (_gate)
            if (_outputs.TryGetValue((gpio.Chip, gpio.Line), out var output) && output.Holders.Add(anomalyId) && output.Holders.Count == 1)
                TryWrite(output, isAlarm: true);
    }

    public void Clear(string anomalyId)
    {
        lock (_gate)
            foreach (var output in _outputs.Values)
                if (output.Holders.Remove(anomalyId) && output.Holders.Count == 0)
                    TryWrite(output, isAlarm: false);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var output in _outputs.Values)
                TryWrite(output, isAlarm: false);
            foreach (var chip in _chips.Values)
                chip.Dispose();
            _outputs.Clear();
        }
    }

    private void Open(GpioOptions gpio)
    {
        try
        {
            if (!_chips.TryGetValue(gpio.Chip, out var chip)) _chips[gpio.Chip] = chip = OpenChip(gpio.Chip);
            chip.OpenPin(gpio.Line, PinMode.Output, gpio.High ? PinValue.Low : PinValue.High);
            _outputs[(gpio.Chip, gpio.Line)] = new Output(chip, gpio);
        }
        catch (Exception e)
        {
            // The library throws whatever its driver met: no library, no chip, no right, line in use.
            LineNotAvailable(gpio.Chip, gpio.Line, e.GetBaseException().Message);
        }
    }

    /// <summary>The driver is chosen here: the controller's own choice throws where libgpiod is missing.</summary>
    private static GpioController OpenChip(int chip)
    {
        try
        {
            return new GpioController(new LibGpiodV2Driver(chip));
        }
        catch (Exception e) when (e.GetBaseException() is DllNotFoundException or PlatformNotSupportedException or EntryPointNotFoundException)
        {
            return new GpioController(new LibGpiodDriver(chip));
        }
    }

    private void TryWrite(Output output, bool isAlarm)
    {
        try
        {
            output.Write(isAlarm);
        }
        catch (Exception e)
        {
            LineNotWritten(output.Gpio.Chip, output.Gpio.Line, e.GetBaseException().Message);
        }
    }

    [LoggerMessage(LogLevel.Error, "GPIO chip {Chip} line {Line} cannot be used: {Failure}. Is libgpiod installed, and may this user open /dev/gpiochip{Chip}? Events go on without it")]
    private partial void LineNotAvailable(int chip, int line, string failure);

    [LoggerMessage(LogLevel.Error, "GPIO chip {Chip} line {Line} not written: {Failure}")]
    private partial void LineNotWritten(int chip, int line, string failure);
}
