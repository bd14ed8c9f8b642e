import Foundation
import TrafficModel
