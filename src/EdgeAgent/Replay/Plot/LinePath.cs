using System.Globalization;
using System.Text;

namespace EdgeAgent.Replay.Plot;

/// <summary>
/// The line of a strip as SVG path data: for each column of the picture its smallest and largest value, so that a spike of
/// one reading is seen at any length. A pause in the readings is a pause in the line.
/// </summary>
/// <param name="columns">Columns of the recording in use.</param>
/// <param name="x">Place of a column from left to right.</param>
/// <param name="columnsPerPixel">Columns of the picture in a pixel.</param>
/// <param name="decimals">Decimals of the path's numbers: 1 or 2.</param>
internal sealed class LinePath(int columns, Func<int, double> x, double columnsPerPixel, int decimals)
{
    private const double PauseFactor = 8;
    private const double PauseLeastPixels = 4;

    private readonly double _unit = Math.Pow(10, decimals);
    private readonly StringBuilder _path = new();
    private int _lastX;
    private int _lastY;
    private bool _needsSpace;

    /// <param name="values">The row.</param>
    /// <param name="y">Place of a value from top to bottom.</param>
    public string Of(ValueRow values, Func<float, double> y)
    {
        _path.Clear();
        var pause = PausePixels(values);
        var column = 0;
        double? before = null;
        while (column < columns)
        {
            var cell = Math.Floor(x(column) * columnsPerPixel);
            var (low, high, at) = (float.PositiveInfinity, float.NegativeInfinity, x(column));
            for (; column < columns && Math.Floor(x(column) * columnsPerPixel) <= cell; column++)
            {
                if (!values.TryGet(column, out var columnLow, out var columnHigh)) continue;
                (low, high) = (Math.Min(low, columnLow), Math.Max(high, columnHigh));
            }
            if (low > high) continue;
            Append(at, y(low), y(high), isNew: before is null || at - before > pause);
            before = at;
        }
        return _path.ToString();
    }

    /// <summary>A gap much wider than those between most readings.</summary>
    private double PausePixels(ValueRow values)
    {
        var (used, last) = (0, 0);
        for (var i = 0; i < columns; i++)
            if (values.TryGet(i, out _, out _)) (used, last) = (used + 1, i);
        return used < 2 ? double.MaxValue : Math.Max(PauseLeastPixels, PauseFactor * x(last) / used);
    }

    private void Append(double at, double low, double high, bool isNew)
    {
        var (px, py, other) = (Quantised(at), Quantised(low), Quantised(high));
        // Goes to the nearer end first: the line then runs as the readings did.
        if (!isNew && Math.Abs(other - _lastY) < Math.Abs(py - _lastY)) (py, other) = (other, py);
        if (isNew)
        {
            _path.Append('M');
            _needsSpace = false;
            Put(px);
            Put(py);
            _path.Append('l');
            _needsSpace = false;
            (_lastX, _lastY) = (px, py);
            // A point without a neighbour is drawn, too.
            Put(0);
            Put(0);
        }
        else
        {
            Step(px, py);
        }
        if (other != py) Step(px, other);
    }

    private void Step(int px, int py)
    {
        Put(px - _lastX);
        Put(py - _lastY);
        (_lastX, _lastY) = (px, py);
    }

    private void Put(int quantised)
    {
        if (_needsSpace && quantised >= 0) _path.Append(' ');
        _path.Append(quantised == 0 ? "0" : (quantised / _unit).ToString("#.##", CultureInfo.InvariantCulture));
        _needsSpace = true;
    }

    private int Quantised(double value) => (int)Math.Round(value * _unit);
}
